// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.channel.PublishOptions;
import io.meshrt.server.fakes.LivePeer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Whoever was revoked gets nothing more. */
abstract class RevocationContract extends ChannelContract {
  private static final int ROUNDS = Boolean.getBoolean("mesh.full") ? 1_000 : 100;
  private static final long SEED = 4_711;
  private static final String OWN = "{\"channel\":\"chat:own\"}";

  @Test
  void aRevokedConnectionIsToldAndIsSubscribedNoMore() {
    LivePeer peer = subscribed(first());

    boolean was = get(second().channels.revokeConnection(peer.id(), CHAT));
    boolean again = get(second().channels.revokeConnection(peer.id(), CHAT));

    assertThat(was).isTrue();
    assertThat(again).isFalse();
    assertThat(peer.told(1)).containsExactly("revoked chat:1");
    assertThat(peer.result("mesh/unsubscribe-channel", TO_CHAT).asBoolean()).isFalse();
    assertThat(first().live.counts().of(peer.session())).isZero();
  }

  @Test
  void allConnectionsOfAnIdentityAreRevoked() {
    LivePeer one = first().v1("anna");
    LivePeer two = second().v1("anna");
    LivePeer other = first().v1("otto");
    for (LivePeer peer : List.of(one, two, other)) {
      subscribe(peer, "");
    }

    int revoked = get(first().channels.revokeIdentity("anna", CHAT));
    publish(first(), "news", 0);

    assertThat(revoked).isEqualTo(2);
    assertThat(other.told(1)).containsExactly("chat:1 \"news\"");
    assertThat(one.told(1)).containsExactly("revoked chat:1");
    assertThat(two.told(1)).containsExactly("revoked chat:1");
  }

  @Test
  void clientsOfTheFamilyAreNotTold() {
    LivePeer peer = first().legacy();
    peer.ask("mesh/subscribe-channel", TO_CHAT);
    LivePeer witness = subscribed(first());

    get(second().channels.revokeConnection(peer.id(), CHAT));
    publish(first(), "news", 0);
    witness.told(1);

    assertThat(peer.told()).isEmpty();
  }

  @Test
  void aConnectionThatIsNotThereNeedsNoRevoking() {
    assertThat(get(first().channels.revokeConnection("nobody-1", CHAT))).isFalse();
    assertThat(get(first().channels.revokeIdentity("nobody", CHAT))).isZero();
  }

  @Test
  void nothingIsGivenToARevokedConnection() {
    Random random = new Random(SEED);
    AtomicBoolean allowed = new AtomicBoolean();
    nodes().forEach(node -> node.channels.expose("chat:own", (connection, name) -> allowed.get()));
    LivePeer witness = first().v1();
    allowed.set(true);
    witness.result("mesh/subscribe-channel", OWN);
    AtomicBoolean over = new AtomicBoolean();
    LivePeer pace = second().v1();
    pace.result("mesh/subscribe-channel", OWN);
    CompletableFuture<Void> publisher = CompletableFuture.runAsync(() -> publish(pace, over));

    for (int round = 0; round < ROUNDS; round++) {
      allowed.set(true);
      LivePeer peer = first().v1("p" + round);
      peer.begin("mesh/subscribe-channel", "{\"channel\":\"chat:own\",\"historyLimit\":5}");
      if (random.nextBoolean()) {
        peer.answer(1);
      }
      for (int i = random.nextInt(2_000); i > 0; i--) {
        Thread.onSpinWait();
      }
      allowed.set(false);
      get(
          random.nextBoolean()
              ? second().channels.revokeConnection(peer.id(), "chat:own")
              : second().channels.revokeIdentity("p" + round, "chat:own").thenApply(n -> n > 0));
      settle(peer);
      List<String> atTheEnd = contentOf(peer);
      witness.forget();
      witness.told(5);
      settle(peer);

      assertThat(contentOf(peer)).as("round " + round + " of seed " + SEED).isEqualTo(atTheEnd);
      peer.disconnect();
    }
    over.set(true);
    get(publisher);
  }

  /** One message after the other, each when somebody has got the one before. */
  private void publish(LivePeer pace, AtomicBoolean over) {
    PublishOptions kept = PublishOptions.defaults().withHistory(20);
    for (int i = 0; !over.get(); i++) {
      pace.forget();
      get(second().channels.publish("chat:own", i, kept));
      pace.told(1);
    }
  }

  /** What carries messages, not what tells of the end. */
  /** Everything that was given to the connection has left. */
  private static void settle(LivePeer peer) {
    for (int i = 0; i < 2; i++) {
      CompletableFuture<Void> passed = new CompletableFuture<>();
      peer.loop().execute(() -> passed.complete(null));
      get(passed);
    }
  }
}
