// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.fakes.LivePeer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever was revoked gets nothing more. */
abstract class RevocationContract extends CollectionContract {
  private static final int ROUNDS = Boolean.getBoolean("mesh.full") ? 1_000 : 25;

  @BeforeEach
  final void expose() {
    nodes().forEach(node -> node.collections.expose(ALL, CollectionQuery.of("doc:")));
  }

  @Test
  void revokedConnectionIsToldAndHearsNothingMore() {
    LivePeer peer = second().v1();
    LivePeer witness = second().v1();
    subscribe(peer, ALL);
    subscribe(witness, ALL);

    assertThat(get(first().collections.revokeConnection(peer.id(), ALL))).isTrue();
    assertThat(get(first().collections.revokeConnection(peer.id(), ALL))).isFalse();
    write("doc:1", "1");
    witness.told(1);

    assertThat(peer.told(1)).containsExactly("revoked EACCESS");
    assertThat(peer.result("mesh/unsubscribe-collection", of(ALL)).asBoolean()).isFalse();
    assertThat(second().live.counts().of(peer.session())).isZero();
  }

  @Test
  void identityIsRevokedEverywhere() {
    LivePeer one = first().v1("ann");
    LivePeer two = second().v1("ann");
    LivePeer other = second().v1("bob");
    for (LivePeer peer : new LivePeer[] {one, two, other}) {
      subscribe(peer, ALL);
    }

    assertThat(get(first().collections.revokeIdentity("ann", ALL))).isEqualTo(2);
    write("doc:1", "1");

    assertThat(other.told(1)).containsExactly("v2 +doc:1");
    assertThat(one.told(1)).containsExactly("revoked EACCESS");
    assertThat(two.told(1)).containsExactly("revoked EACCESS");
  }

  @Test
  void revocationBehindTheAnswerOfTheGuardWins() {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    CompletableFuture<Void> revoked = new CompletableFuture<>();
    second()
        .collections
        .expose(
            "own",
            CollectionQuery.of("doc:"),
            (connection, name) -> {
              asked.complete(null);
              get(revoked);
              return true;
            });
    LivePeer peer = second().v1();
    long request = peer.begin("mesh/subscribe-collection", of("own"));
    get(asked);

    boolean was = get(first().collections.revokeConnection(peer.id(), "own"));
    revoked.complete(null);

    assertThat(was).isFalse();
    assertThat(LivePeer.json(peer.answer(request)).at("/error/code").asText()).isEqualTo("EACCESS");
    assertThat(second().live.counts().of(peer.session())).isZero();
  }

  @Test
  void revocationWhileSubscribingWins() {
    LivePeer peer = second().v1();
    LivePeer witness = second().v1();
    subscribe(witness, ALL);
    for (int round = 0; round < ROUNDS; round++) {
      String id = "own:" + round;
      AtomicBoolean allowed = new AtomicBoolean(true);
      second()
          .collections
          .expose(id, CollectionQuery.of("doc:"), (connection, name) -> allowed.get());
      long request = peer.begin("mesh/subscribe-collection", of(id));

      allowed.set(false);
      get(first().collections.revokeConnection(peer.id(), id));
      write("doc:1", "\"secret " + round + "\"");
      peer.answer(request);
      witness.told(round + 1);

      String secret = "secret " + round;
      assertThat(peer.frames()).as("round %d", round).noneMatch(text -> text.contains(secret));
    }
  }
}
