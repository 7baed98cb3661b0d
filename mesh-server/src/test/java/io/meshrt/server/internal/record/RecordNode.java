// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.server.auth.Identity;
import io.meshrt.server.fakes.LiveNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.record.RecordLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A node of a cluster with records and without sockets. */
final class RecordNode implements AutoCloseable {
  final LiveNode live;
  final RecordFeature records;

  RecordNode(TestWorld.TestNode node, long seed) {
    this.live = new LiveNode(node, Duration.ofSeconds(30));
    this.records =
        new RecordFeature(
            new RecordFeature.Settings(
                RecordLimits.defaults(), Duration.ofMillis(5), Duration.ofMillis(50), seed),
            new RecordFeature.Neighbours(node.cluster(), live.mail(), live.guards(), live.counts()),
            live.json(),
            node.timers(),
            live.threads(),
            live.metrics());
    records.registerIn(live.commands());
    live.start(records);
  }

  TestWorld.TestNode node() {
    return live.inCluster();
  }

  LivePeer v1() {
    return connect(Dialect.v1(), null);
  }

  LivePeer v1(String identity) {
    return connect(Dialect.v1(), Identity.of(identity));
  }

  LivePeer legacy() {
    return connect(Dialect.legacy(Set.of(Generation.MESH)), null);
  }

  private LivePeer connect(Dialect dialect, @Nullable Identity identity) {
    LivePeer peer = live.connect(dialect, identity, push -> Optional.empty());
    peer.forget(); // the greeting
    return peer;
  }

  @Override
  public void close() {
    records.close(Duration.ofSeconds(1));
    live.close();
  }
}
