// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.NodeId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What becomes of subscribers of a node that others counted as gone for a while. */
abstract class LapseContract extends CollectionContract {
  private static final LeaseOptions QUICK =
      new LeaseOptions(Duration.ofMillis(1500), Duration.ofMillis(300), Duration.ofMillis(300));

  @Test
  void whoWasRevokedWhileItsNodeCountedAsGoneGetsNothing() {
    AtomicBoolean allowed = new AtomicBoolean(true);
    try (CollectionNode cut =
        new CollectionNode(world().node("cut", QUICK), CollectionLimits.defaults())) {
      cut.collections.expose(
          "own", CollectionQuery.of("doc:"), (connection, name) -> allowed.get());
      cut.collections.expose(ALL, CollectionQuery.of("doc:"));
      LivePeer peer = cut.v1("anna");
      subscribe(peer, "own");
      LivePeer other = cut.v1();
      subscribe(other, ALL);
      NodeId life = cut.node().cluster().self();
      cut.node().timers().freeze();
      Awaitility.await().until(() -> !get(first().node().cluster().presumedNodes()).contains(life));
      allowed.set(false);

      int revoked = get(first().collections.revokeIdentity("anna", "own"));
      write("doc:1", "\"secret\"");
      cut.node().timers().wake();

      assertThat(revoked).isZero();
      assertThat(other.told(1)).containsExactly("v2 +doc:1");
      assertThat(peer.told(1)).containsExactly("revoked EACCESS");
      assertThat(peer.frames()).noneMatch(text -> text.contains("secret"));
    }
  }
}
