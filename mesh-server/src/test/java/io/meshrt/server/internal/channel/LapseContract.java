// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.NodeId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What becomes of subscribers of a node that others counted as gone for a while. */
abstract class LapseContract extends ChannelContract {
  private static final String OWN = "{\"channel\":\"chat:own\"}";
  private static final LeaseOptions QUICK =
      new LeaseOptions(Duration.ofMillis(1500), Duration.ofMillis(300), Duration.ofMillis(300));

  @Test
  void whoWasRevokedWhileItsNodeCountedAsGoneGetsNothing() {
    AtomicBoolean allowed = new AtomicBoolean(true);
    try (ChannelNode cut = new ChannelNode(world().node("cut", QUICK))) {
      cut.channels.expose("chat:own", (connection, name) -> allowed.get());
      cut.channels.expose(CHAT);
      LivePeer peer = cut.v1("anna");
      peer.result("mesh/subscribe-channel", OWN);
      LivePeer other = subscribed(cut);
      NodeId life = cut.node().cluster().self();
      cut.node().timers().freeze();
      Awaitility.await().until(() -> !get(first().node().cluster().presumedNodes()).contains(life));
      allowed.set(false);

      int revoked = get(first().channels.revokeIdentity("anna", "chat:own"));
      get(first().channels.publish("chat:own", "secret"));
      get(first().channels.publish(CHAT, "news"));
      cut.node().timers().wake();

      assertThat(revoked).isZero();
      assertThat(other.told(1)).containsExactly("chat:1 \"news\"");
      assertThat(peer.told(1)).containsExactly("revoked chat:own");
      assertThat(contentOf(peer)).isEmpty();
    }
  }
}
