// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.fakes.LivePeer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Readers of many records that are far slower than those who write them. */
abstract class BurstContract extends RecordContract {
  private static final int RECORDS = 100;
  private static final int ROUNDS = Boolean.getBoolean("mesh.full") ? 1_000 : 20;

  /** One of so many rounds is read. */
  private static final int SLOWNESS = Boolean.getBoolean("mesh.full") ? 100 : 10;

  private static final int FILLER_BYTES = 1_000;
  private static final String FILLER = "x".repeat(FILLER_BYTES);

  /** What may wait for one reader: of each record one frame, and a few that come meanwhile. */
  private static final int WAITING_BYTES = 5 * RECORDS * (FILLER_BYTES + 200);

  private final Map<LivePeer, Map<String, Long>> requests = new HashMap<>();

  @Test
  void slowReadersHaveTheNewestAfterwardsAndNobodyElseWaits() {
    List<LivePeer> slow =
        List.of(
            slow(second().v1(), "full"),
            slow(second().v1(), "patch"),
            slow(second().legacy(), "full"),
            slow(second().legacy(), "patch"));
    LivePeer neighbour = second().v1();

    for (int round = 1; round <= ROUNDS; round++) {
      writeAll(round);
      assertThat(neighbour.result("mesh/get-record", of(id(0))).get("version").intValue())
          .isEqualTo(round);
      if (round % SLOWNESS == 0) {
        slow.forEach(BurstContract::readWhatWaits);
      }
    }
    slow.forEach(LivePeer::resume);

    slow.forEach(this::assertNewest);
  }

  private LivePeer slow(LivePeer peer, String mode) {
    Map<String, Long> own = new HashMap<>();
    for (int i = 0; i < RECORDS; i++) {
      long request = peer.begin("mesh/subscribe-record", of(id(i), ",\"mode\":\"" + mode + "\""));
      peer.answer(request);
      own.put(id(i), request);
    }
    requests.put(peer, own);
    peer.awaitLoop();
    peer.stall();
    return peer;
  }

  private static void readWhatWaits(LivePeer peer) {
    int before = bytes(peer);
    peer.resume();
    peer.awaitLoop();
    peer.stall();
    assertThat(bytes(peer) - before).isPositive().isLessThan(WAITING_BYTES);
  }

  private static int bytes(LivePeer peer) {
    return peer.frames().stream().mapToInt(String::length).sum();
  }

  private void writeAll(int round) {
    String value = "{\"round\":" + round + ",\"filler\":\"" + round + FILLER + "\"}";
    List<CompletableFuture<?>> writes = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      writes.add(first().records.write(id(i), json(value)));
    }
    var unused = get(CompletableFuture.allOf(writes.toArray(new CompletableFuture<?>[0])));
  }

  private void assertNewest(LivePeer peer) {
    for (int i = 0; i < RECORDS; i++) {
      String id = "\"" + id(i) + "\"";
      String version = "\"version\":" + ROUNDS;
      peer.await(
          frame ->
              frame.contains(id)
                  && (frame.contains(version + ",") || frame.contains(version + "}")));
    }
    assertThat(peer.closeCode()).isZero();
    assertThat(peer.pushes().size()).isLessThan(RECORDS * ROUNDS / 2);
    requests
        .get(peer)
        .forEach(
            (id, request) ->
                assertThat(Replica.of(peer, id, request).get(id).value().get("round").intValue())
                    .isEqualTo(ROUNDS));
  }

  private static String id(int record) {
    return "doc:b" + record;
  }
}
