// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What becomes of subscribers of a node that others counted as gone for a while. */
abstract class LapseContract extends RecordContract {
  private static final String OWN = "own:1";
  private static final LeaseOptions QUICK =
      new LeaseOptions(Duration.ofMillis(1500), Duration.ofMillis(300), Duration.ofMillis(300));

  @Test
  void whoWasRevokedWhileItsNodeCountedAsGoneGetsNothing() {
    AtomicBoolean allowed = new AtomicBoolean(true);
    try (RecordNode cut = new RecordNode(world().node("cut", QUICK), 3)) {
      cut.records.expose(OWN, (connection, id) -> allowed.get());
      cut.records.expose(DOC);
      LivePeer strict = cut.v1("ann");
      LivePeer patched = cut.v1("ann");
      LivePeer legacy = cut.legacy();
      subscribe(strict, OWN, "full");
      subscribe(patched, OWN, "patch");
      subscribe(legacy, OWN, "patch");
      LivePeer other = following(cut, DOC, "full");
      freezeUntilGone(cut);
      allowed.set(false);

      int revoked = get(first().records.revokeIdentity("ann", OWN));
      write(first(), OWN, "\"secret\"");
      write(first(), DOC, "\"news\"");
      cut.node().timers().wake();

      assertThat(revoked).isZero();
      assertThat(other.pushes(1).toString()).contains("news");
      for (LivePeer peer : List.of(strict, patched)) {
        assertThat(peer.pushes(1).toString()).contains("record-revoked").doesNotContain("secret");
      }
      Awaitility.await().until(() -> cut.live.counts().of(legacy.session()) == 0);
      legacy.awaitLoop();
      assertThat(legacy.pushes()).isEmpty();
    }
  }

  @Test
  void whoIsStillAdmittedAfterItsNodeCountedAsGoneMissesNothing() {
    try (RecordNode cut = new RecordNode(world().node("cut", QUICK), 3)) {
      cut.records.expose(DOC);
      LivePeer strict = following(cut, DOC, "patch");
      LivePeer legacy = legacyFollowing(cut, DOC, "patch");
      freezeUntilGone(cut);

      write(first(), DOC, "{\"a\":1}");
      write(first(), DOC, "{\"a\":2}");
      cut.node().timers().wake();
      strict.await(frame -> frame.contains("\"version\":2"));
      legacy.await(frame -> frame.contains("\"version\":2"));
      write(first(), DOC, "{\"a\":3}");

      strict.await(frame -> frame.contains("\"version\":3"));
      legacy.await(frame -> frame.contains("\"version\":3"));
      for (LivePeer peer : List.of(strict, legacy)) {
        assertThat(peer.pushes()).extracting(LapseContract::versionOf).isSorted();
        assertThat(peer.closeCode()).isZero();
      }
    }
  }

  @Test
  void nothingIsReadByWhoWasRevokedWhileItsNodeCountedAsGone() {
    CompletableFuture<Boolean> decision = new CompletableFuture<>();
    CompletableFuture<Void> asked = new CompletableFuture<>();
    try (RecordNode cut = new RecordNode(world().node("cut", QUICK), 3)) {
      cut.records.expose(
          OWN,
          (connection, id) -> {
            asked.complete(null);
            return decision.join();
          });
      LivePeer reader = cut.v1("ann");
      long read = reader.begin("mesh/get-record", of(OWN));
      get(asked);
      freezeUntilGone(cut);
      get(first().records.revokeIdentity("ann", OWN));
      write(first(), OWN, "\"secret\"");

      decision.complete(true);

      assertThat(reader.answer(read)).contains("EUNAVAILABLE");
      cut.node().timers().wake();
    }
  }

  private void freezeUntilGone(RecordNode node) {
    NodeId life = node.node().cluster().self();
    node.node().timers().freeze();
    Awaitility.await().until(() -> !get(first().node().cluster().presumedNodes()).contains(life));
  }

  private static long versionOf(JsonNode push) {
    return push.at("/payload/version").longValue();
  }
}
