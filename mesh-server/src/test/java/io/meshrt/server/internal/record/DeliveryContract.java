// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.record.RecordPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What reaches those who follow, however things come together. */
abstract class DeliveryContract extends RecordContract {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int RACES = FULL ? 8_000 : 100;
  private static final int TRANSFERS = FULL ? 10_000 : 300;
  private static final int WRITES = 12;

  private final ExecutorService threads = Executors.newFixedThreadPool(3);

  @AfterEach
  final void stopThreads() {
    threads.shutdown();
  }

  @Test
  @Timeout(400)
  void subscribeWhileWritingMissesNothing() {
    Random random = new Random(11);
    List<LivePeer> peers =
        List.of(first().v1(), second().v1(), first().legacy(), second().legacy());
    for (int round = 0; round < RACES; round++) {
      String id = "doc:" + round;
      LivePeer peer = peers.get(round % peers.size());
      String mode = random.nextBoolean() ? "full" : "patch";
      boolean ahead = random.nextBoolean();
      if (ahead) {
        write(first(), id, "{\"w0\":0}");
      }

      CompletableFuture<?> writers = writers(id, random.nextInt(4));
      long request = peer.begin("mesh/subscribe-record", of(id, ",\"mode\":\"" + mode + "\""));
      peer.answer(request);
      get(writers);

      long version = write(second(), id, "\"end\"").number();
      assertThat(version).isEqualTo(WRITES + 1 + (ahead ? 1 : 0));
      peer.await(frame -> frame.contains("\"version\":" + version) && frame.contains(id + "\""));
      Replica replica = Replica.of(peer, id, request);
      assertThat(replica.get(id).value().textValue())
          .as("round %d %s", round, mode)
          .isEqualTo("end");
      peer.result("mesh/unsubscribe-record", of(id));
      peer.forget();
    }
  }

  private CompletableFuture<?> writers(String id, int spins) {
    List<CompletableFuture<?>> writers = new ArrayList<>();
    for (int writer = 0; writer < 2; writer++) {
      RecordNode node = writer == 0 ? first() : second();
      String key = "w" + (writer + 1) + "-";
      writers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < spins * 1_000; i++) {
                  Thread.onSpinWait();
                }
                for (int i = 0; i < WRITES / 2; i++) {
                  merge(node, id, key + i, i);
                }
              },
              threads));
    }
    return CompletableFuture.allOf(writers.toArray(new CompletableFuture<?>[0]));
  }

  private static void merge(RecordNode node, String id, String key, int value) {
    var unused =
        get(
            node.records.update(
                id,
                before -> {
                  Map<String, Object> next = new HashMap<>();
                  if (before != null) {
                    before.properties().forEach(one -> next.put(one.getKey(), one.getValue()));
                  }
                  next.put(key, value);
                  return json(RecordJson.values().encode(next).toString());
                }));
  }

  @Test
  void slowSubscriberGetsTheNewestInsteadOfABacklog() {
    String filler = "x".repeat(1_000);
    List<LivePeer> slow =
        List.of(
            following(second(), DOC, "full"),
            following(second(), DOC, "patch"),
            legacyFollowing(second(), DOC, "full"),
            legacyFollowing(second(), DOC, "patch"));
    LivePeer witness = following(second(), DOC, "full");
    slow.forEach(LivePeer::awaitLoop);
    slow.forEach(LivePeer::stall);

    for (int i = 1; i <= 500; i++) {
      write(first(), DOC, "{\"i\":" + i + ",\"filler\":\"" + filler + i + "\"}");
    }
    witness.await(frame -> frame.contains("\"version\":500"));
    slow.forEach(LivePeer::awaitLoop);
    slow.forEach(LivePeer::resume);

    for (LivePeer peer : slow) {
      peer.await(frame -> frame.contains("\"version\":500"));
      assertThat(peer.closeCode()).isZero();
      assertThat(peer.pushes().size()).isBetween(1, 200);
      Replica replica = Replica.of(peer, DOC, 1);
      assertThat(replica.get(DOC).value().get("i").intValue()).isEqualTo(500);
    }
  }

  @Test
  void patchSubscriberThatFellBehindGetsOnePatch() {
    StringBuilder fields = new StringBuilder("{\"i\":0");
    for (int i = 0; i < 2_000; i++) {
      fields.append(",\"f").append(i).append("\":\"").append("y".repeat(30)).append('"');
    }
    write(first(), DOC, fields + "}");
    LivePeer peer = following(second(), DOC, "patch");
    second().v1(); // so that the two have one I/O thread: what one has got, the other was given
    LivePeer full = following(second(), "doc:other", "full");
    // One who has much to read is told later, and then all at once.
    peer.stall();
    subscribe(full, DOC, "full");
    peer.begin("mesh/get-record", of(DOC));
    peer.await(frame -> true);
    org.awaitility.Awaitility.await().until(() -> peer.session().isBehind());

    for (int i = 1; i <= 20; i++) {
      merge(first(), DOC, "i", i);
    }
    full.await(frame -> frame.contains("\"version\":21"));
    peer.awaitLoop();
    peer.resume();

    List<JsonNode> pushes = peer.pushes(1);
    assertThat(pushes).hasSize(1);
    assertThat(pushes.get(0).get("payload").get("patch")).hasSize(20);
    assertThat(pushes.get(0).get("payload").get("base").intValue()).isEqualTo(1);
    assertThat(pushes.get(0).get("payload").get("version").intValue()).isEqualTo(21);
  }

  @Test
  void transactionIsToldTogether() {
    LivePeer v1 = second().v1();
    LivePeer legacy = second().legacy();
    for (LivePeer peer : List.of(v1, legacy)) {
      subscribe(peer, "bank/a", "patch");
      subscribe(peer, "bank/b", "full");
    }

    transfer(first(), 1);

    JsonNode updates = v1.pushes(1).get(0);
    assertThat(updates.get("command").textValue()).isEqualTo("mesh/record-updates");
    assertThat(updates.get("payload").get("updates")).hasSize(2);
    assertThat(updates.get("payload").has("more")).isFalse();
    assertThat(legacy.pushes(2).stream().map(push -> push.get("command").textValue()))
        .containsExactly("mesh/record-update", "mesh/record-update");
    v1.awaitLoop();
    assertThat(v1.pushes()).hasSize(1);
  }

  @Test
  void partsOfWhatBelongsTogetherSayOfWhichGroupTheyAre() {
    List<String> banks = List.of("bank/a", "bank/b", "bank/c");
    List<String> shops = List.of("shop/a", "shop/b");
    for (RecordNode node : nodes()) {
      Pattern all = Pattern.compile("shop/.+");
      node.records.expose(all);
      node.records.policy(all, RecordPolicy.defaults().withGroup(id -> "shop"));
    }
    LivePeer peer = second().v1();
    LivePeer witness = second().v1();
    for (LivePeer each : List.of(peer, witness)) {
      banks.forEach(id -> subscribe(each, id, "full"));
      shops.forEach(id -> subscribe(each, id, "full"));
    }
    peer.stall();
    writeAll(banks, "x".repeat(150_000));
    writeAll(shops, "y".repeat(10));
    witness.await(frame -> frame.contains("yyy"));
    peer.awaitLoop();

    peer.resume();

    String last = peer.await(frame -> frame.contains("bank/c"));
    List<JsonNode> parts =
        peer.pushes().stream()
            .map(push -> push.get("payload"))
            .filter(payload -> payload.toString().contains("bank/"))
            .toList();
    assertThat(parts).hasSizeGreaterThan(1);
    assertThat(parts).extracting(part -> part.path("group").longValue()).containsOnly(1L);
    assertThat(parts.get(0).path("more").asBoolean()).isTrue();
    assertThat(json(last).get("payload").has("more")).isFalse();
    assertThat(peer.await(frame -> frame.contains("yyy"))).doesNotContain("group", "more");
  }

  private void writeAll(List<String> ids, String text) {
    var unused =
        get(
            first()
                .records
                .transaction(
                    ids, transaction -> ids.forEach(id -> transaction.set(id, id + text))));
  }

  @Test
  void readerNeverSeesHalfATransaction() {
    CompletableFuture<?> transfers =
        CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> transfers(first()), threads),
            CompletableFuture.runAsync(() -> transfers(second()), threads));

    int rounds = 0;
    while (!transfers.isDone() || rounds < 20) {
      LivePeer reader = (rounds % 2 == 0 ? first() : second()).v1();
      long a = reader.begin("mesh/subscribe-record", of("bank/a", ",\"mode\":\"patch\""));
      long b = reader.begin("mesh/subscribe-record", of("bank/b", ",\"mode\":\"full\""));
      reader.answer(a);
      reader.answer(b);
      reader.stall();
      reader.awaitLoop();
      reader.resume();
      reader.awaitLoop();
      assertInvariant(reader.frames(), a, b);
      reader.disconnect();
      rounds++;
    }
    get(transfers);
  }

  private void transfers(RecordNode node) {
    for (int i = 0; i < TRANSFERS / 2; i++) {
      transfer(node, 1);
    }
  }

  private static void transfer(RecordNode node, int amount) {
    var unused =
        get(
            node.records.transaction(
                List.of("bank/a", "bank/b"),
                transaction -> {
                  int a = transaction.get("bank/a", Integer.class).orElse(0);
                  int b = transaction.get("bank/b", Integer.class).orElse(0);
                  transaction.set("bank/a", a - amount);
                  transaction.set("bank/b", b + amount);
                }));
  }

  /** The two sum up to nothing, behind the answers and behind every push. */
  private static void assertInvariant(List<String> frames, long a, long b) {
    Map<String, JsonNode> values = new HashMap<>();
    for (String text : frames) {
      JsonNode frame = json(text);
      long id = frame.path("id").asLong(-1);
      JsonNode payload = frame.path("payload");
      if (id == a || id == b) {
        values.put(id == a ? "bank/a" : "bank/b", payload.get("record"));
      } else if (payload.has("updates")) {
        payload.get("updates").forEach(update -> put(values, update));
        assertThat(payload.has("more")).isFalse();
      } else if (payload.has("recordId")) {
        put(values, payload);
      }
      if (values.size() == 2) {
        assertThat(values.get("bank/a").intValue())
            .as(text)
            .isEqualTo(-values.get("bank/b").intValue());
      }
    }
  }

  private static void put(Map<String, JsonNode> values, JsonNode update) {
    JsonNode patch = update.get("patch");
    JsonNode value = patch == null ? update.get("full") : patch.get(patch.size() - 1).get("value");
    values.put(update.get("recordId").textValue(), value);
  }
}
