// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.fakes.LivePeer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What a revocation promises. */
abstract class RevocationContract extends RecordContract {
  private static final int ROUNDS = Boolean.getBoolean("mesh.full") ? 1_000 : 100;

  @Test
  void revokedConnectionHearsNothingMore() {
    LivePeer peer = following(second(), DOC, "full");
    LivePeer witness = following(second(), DOC, "full");

    assertThat(get(first().records.revokeConnection(peer.id(), DOC))).isTrue();
    assertThat(get(first().records.revokeConnection(peer.id(), DOC))).isFalse();
    write(first(), DOC, "1");
    witness.pushes(1);
    peer.awaitLoop();

    assertThat(peer.pushes(1).toString())
        .isEqualTo("[{\"command\":\"mesh/record-revoked\",\"payload\":{\"recordId\":\"doc:1\"}}]");
    assertThat(second().live.counts().of(peer.session())).isZero();
  }

  @Test
  void identityIsRevokedEverywhere() {
    LivePeer one = first().v1("ann");
    LivePeer two = second().v1("ann");
    LivePeer other = second().v1("bob");
    for (LivePeer peer : new LivePeer[] {one, two, other}) {
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
    LivePeer peer = second().v1();
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
    LivePeer peer = second().v1();
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
