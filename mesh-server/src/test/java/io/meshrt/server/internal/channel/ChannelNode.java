// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.channel.HistoryWindow;
import io.meshrt.server.fakes.LiveNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** A node of a cluster with channels and without sockets. */
final class ChannelNode implements AutoCloseable {
  static final ChannelFeature.Settings SETTINGS =
      new ChannelFeature.Settings(
          64 * 1024, 256 * 1024, HistoryWindow.NEWEST, Duration.ofMillis(50));

  final LiveNode live;
  final ChannelFeature channels;

  ChannelNode(TestWorld.TestNode node) {
    this(node, SETTINGS, Duration.ofSeconds(30));
  }

  ChannelNode(TestWorld.TestNode node, ChannelFeature.Settings settings, Duration timeout) {
    this.live = new LiveNode(node, timeout);
    this.channels =
        new ChannelFeature(
            settings,
            new ChannelFeature.Neighbours(
                node.cluster(), live.mail(), live.guards(), live.counts()),
            live.json(),
            node.timers(),
            live.threads(),
            live.metrics());
    channels.registerIn(live.commands(), new NoPersonalChannel());
    live.start(channels);
  }

  TestWorld.TestNode node() {
    return live.inCluster();
  }

  LivePeer v1() {
    return live.connect(Dialect.v1(), null, ChannelNode::shown);
  }

  LivePeer v1(String identity) {
    return live.connect(Dialect.v1(), Identity.of(identity), ChannelNode::shown);
  }

  LivePeer legacy() {
    Dialect dialect = Dialect.legacy(Set.of(Generation.MESH, Generation.REALTIME));
    return live.connect(dialect, null, ChannelNode::shown);
  }

  @Override
  public void close() {
    channels.close(Duration.ofSeconds(1));
    live.close();
  }

  /** Messages as {@code channel message}, gaps as {@code gap offset}. */
  private static Optional<String> shown(JsonNode push) {
    JsonNode payload = push.path("payload");
    String command = push.get("command").asText();
    if (!payload.has("channel")) {
      return Optional.empty();
    }
    if (command.endsWith("channel-gap")) {
      return Optional.of("gap " + payload.path("offset").asText("-"));
    }
    return Optional.of(
        command.endsWith("channel-revoked")
            ? "revoked " + payload.get("channel").asText()
            : payload.get("channel").asText() + " " + payload.get("message"));
  }
}
