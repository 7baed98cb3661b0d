// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What a revocation promises. */
abstract class RevocationContract extends RecordContract {
  private static final int ROUNDS = Boolean.getBoolean("mesh.full") ? 1_000 : 100;

  @Test
  void revokedConnectionHearsNothingMore() {
    Peer peer = following(second(), DOC, "full");
    Peer witness = following(second(), DOC, "full");

    assertThat(get(first().records.revokeConnection(peer.id(), DOC))).isTrue();
    assertThat(get(first().records.revokeConnection(peer.id(), DOC))).isFalse();
    write(first(), DOC, "1");
    witness.pushes(1);
    peer.awaitLoop();

    assertThat(peer.pushes().toString())
        .isEqualTo("[{\"command\":\"mesh/record-revoked\",\"payload\":{\"recordId\":\"doc:1\"}}]");
    assertThat(second().counts.of(peer.session())).isZero();
  }

  @Test
  void identityIsRevokedEverywhere() {
    Peer one = first().v1("ann");
    Peer two = second().v1("ann");
    Peer other = second().v1("bob");
    for (Peer peer : new Peer[] {one, two, other}) {
      subscribe(peer, DOC, "full");
    }

    assertThat(get(first().records.revokeIdentity("ann", DOC))).isEqualTo(2);
    write(first(), DOC, "1");
    other.pushes(1);

    assertThat(one.await(frame -> frame.contains("record-revoked"))).isNotEmpty();
    assertThat(two.await(frame -> frame.contains("record-revoked"))).isNotEmpty();
  }

  @Test
  void revocationWhileSubscribingWins() {
    Peer peer = second().v1();
    for (int round = 0; round < ROUNDS; round++) {
      String id = "doc:r" + round;
      AtomicBoolean allowed = new AtomicBoolean(true);
      second().records.expose(id, (connection, name) -> allowed.get());
      long request = peer.begin("mesh/subscribe-record", of(id));

      allowed.set(false);
      get(first().records.revokeConnection(peer.id(), id));
      write(first(), id, "\"secret\"");
      peer.answer(request);
      peer.awaitLoop();

      assertThat(peer.frames()).as("round %d", round).noneMatch(text -> text.contains("secret"));
      peer.forget();
    }
  }

  @Test
  void revocationWhileReadingWins() {
    Peer peer = second().v1();
    for (int round = 0; round < ROUNDS; round++) {
      String id = "doc:r" + round;
      AtomicBoolean allowed = new AtomicBoolean(true);
      second().records.expose(id, (connection, name) -> allowed.get());
      long request = peer.begin("mesh/get-record", of(id));

      allowed.set(false);
      get(first().records.revokeConnection(peer.id(), id));
      write(first(), id, "\"secret\"");
      peer.answer(request);

      assertThat(peer.frames()).as("round %d", round).noneMatch(text -> text.contains("secret"));
      peer.forget();
    }
  }
}
