// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.record.RecordHandle;
import io.meshrt.server.record.RecordPolicy;
import io.meshrt.server.record.RecordUpdate;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.WriteOptions;
import io.meshrt.server.record.WriteStrategy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What those who write records are promised. */
abstract class WritingContract extends RecordContract {
  record Item(String name, int stock) {}

  @Test
  void strategiesUniteObjects() {
    String stored = "{\"a\":{\"x\":1,\"y\":1},\"b\":1}";
    WriteOptions options = WriteOptions.defaults();
    for (WriteStrategy strategy : WriteStrategy.values()) {
      write(first(), "doc:" + strategy, stored);
      var unused =
          get(
              second()
                  .records
                  .write(
                      "doc:" + strategy,
                      Map.of("a", Map.of("x", 2)),
                      options.withStrategy(strategy)));
    }

    assertThat(read("doc:REPLACE")).isEqualTo("{\"a\":{\"x\":2}}");
    assertThat(read("doc:MERGE")).isEqualTo("{\"a\":{\"x\":2},\"b\":1}");
    assertThat(read("doc:DEEP_MERGE")).isEqualTo("{\"a\":{\"x\":2,\"y\":1},\"b\":1}");
  }

  private String read(String id) {
    return get(second().records.get(id)).orElseThrow().value().toString();
  }

  @Test
  void typedRecordIsReadAndChanged() {
    RecordHandle<Item> item = first().records.record(DOC, Item.class);
    assertThat(get(item.get())).isEmpty();

    get(item.set(new Item("nut", 3)));
    RecordVersion version =
        get(
            second()
                .records
                .update(DOC, Item.class, known -> new Item(known.name(), known.stock() - 1)));

    assertThat(version.number()).isEqualTo(2);
    assertThat(get(item.get()).orElseThrow().value()).isEqualTo(new Item("nut", 2));
    assertThat(get(item.get()).orElseThrow().version()).isEqualTo(version);
    assertThat(get(item.delete())).isTrue();
    assertThat(get(item.get())).isEqualTo(Optional.empty());
  }

  @Test
  void writerThatExpectsAnotherVersionIsTold() {
    RecordVersion one = write(first(), DOC, "1");
    write(second(), DOC, "2");
    WriteOptions late = WriteOptions.defaults().withIfVersion(one);

    assertThatThrownBy(() -> get(first().records.write(DOC, 3, late)))
        .hasMessageContaining("ECONFLICT");
    assertThat(get(first().records.write(DOC, 3, late.withIfVersion(2))).number()).isEqualTo(3);
    assertThat(get(first().records.write("doc:new", 1, late.withIfVersion(0))).number())
        .isEqualTo(1);
  }

  @Test
  void clientWritesWhatIsWritable() {
    LivePeer legacy = second().legacy();
    LivePeer v1 = second().v1();

    JsonNode written =
        legacy.result("mesh/publish-record-update", of("doc:w", ",\"newValue\":{\"z\":1}"));
    JsonNode merged =
        v1.result(
            "mesh/publish-record-update",
            of("doc:w", ",\"newValue\":{\"y\":1},\"options\":{\"strategy\":\"merge\"}"));
    JsonNode refused = legacy.result("mesh/publish-record-update", of(DOC, ",\"newValue\":1"));

    assertThat(written.toString()).isEqualTo("{\"success\":true}");
    assertThat(merged.get("version").intValue()).isEqualTo(2);
    assertThat(merged.get("stamp").textValue()).isNotEmpty();
    assertThat(refused.toString())
        .isEqualTo(
            "{\"error\":\"Record \\\"doc:1\\\" is not writable by this connection.\","
                + "\"code\":\"EACCESS\",\"name\":\"PermissionError\"}");
    assertThat(read("doc:w")).isEqualTo("{\"z\":1,\"y\":1}");
    assertThat(get(first().records.get(DOC))).isEmpty();
  }

  @Test
  void clientComparesAndSets() {
    LivePeer peer = first().v1();
    String value = ",\"newValue\":1,\"options\":{\"ifVersion\":0}";

    JsonNode written = peer.result("mesh/publish-record-update", of("doc:w", value));
    JsonNode late = peer.result("mesh/publish-record-update", of("doc:w", value));

    assertThat(written.get("version").intValue()).isEqualTo(1);
    assertThat(late.get("code").textValue()).isEqualTo("ECONFLICT");
    assertThat(late.get("data"))
        .isEqualTo(
            json(
                "{\"recordId\":\"doc:w\",\"version\":1,\"stamp\":\""
                    + written.get("stamp").textValue()
                    + "\"}"));
  }

  @Test
  void badRequestsNameTheField() {
    LivePeer peer = first().v1();

    assertThat(message(peer, "mesh/publish-record-update", "{\"newValue\":1}"))
        .contains("recordId");
    assertThat(message(peer, "mesh/publish-record-update", of("doc:w"))).contains("newValue");
    assertThat(
            message(
                peer,
                "mesh/publish-record-update",
                of("doc:w", ",\"newValue\":1,\"options\":{\"strategy\":\"x\"}")))
        .contains("options.strategy");
    assertThat(message(peer, "mesh/transaction", "{\"operations\":[]}")).contains("operations");
    assertThat(message(peer, "mesh/transaction", "{\"operations\":[{\"op\":\"x\"}]}"))
        .contains("operations[0].op");
    assertThat(message(peer, "mesh/subscribe-record", of("a".repeat(256)))).contains("recordId");
  }

  private static String message(LivePeer peer, String command, String payload) {
    JsonNode failure = peer.result(command, payload);
    assertThat(failure.path("code").asText()).isEqualTo("EBADREQUEST");
    return failure.get("message").textValue();
  }

  @Test
  void transactionOfAClientIsAllOrNothing() {
    LivePeer peer = second().v1();
    write(first(), "bank/a", "{\"money\":1}");

    JsonNode done =
        peer.result(
            "mesh/transaction",
            "{\"operations\":[{\"op\":\"write\",\"recordId\":\"bank/a\",\"value\":{\"k\":1},"
                + "\"options\":{\"strategy\":\"merge\"}},"
                + "{\"op\":\"delete\",\"recordId\":\"bank/none\"}]}");
    JsonNode refused =
        peer.result(
            "mesh/transaction",
            "{\"operations\":[{\"op\":\"write\",\"recordId\":\"bank/a\",\"value\":0},"
                + "{\"op\":\"write\",\"recordId\":\"doc:1\",\"value\":0}]}");
    JsonNode twoGroups =
        peer.result(
            "mesh/transaction",
            "{\"operations\":[{\"op\":\"write\",\"recordId\":\"bank/a\",\"value\":0},"
                + "{\"op\":\"write\",\"recordId\":\"doc:w\",\"value\":0}]}");

    String stamp = get(first().records.get("bank/a")).orElseThrow().version().stamp();
    assertThat(done.get("results").toString())
        .isEqualTo(
            "[{\"op\":\"write\",\"recordId\":\"bank/a\",\"success\":true,\"version\":2,"
                + "\"stamp\":\""
                + stamp
                + "\"},{\"op\":\"delete\",\"recordId\":\"bank/none\",\"success\":true,"
                + "\"version\":0,\"stamp\":\"\"}]");
    assertThat(refused.get("code").textValue()).isEqualTo("EACCESS");
    assertThat(twoGroups.get("code").textValue()).isEqualTo("EBADREQUEST");
    assertThat(read("bank/a")).isEqualTo("{\"money\":1,\"k\":1}");
  }

  @Test
  void refusedTransactionOfTheFamilyIsItsErrorObject() {
    JsonNode refused =
        first()
            .legacy()
            .result(
                "rt/transaction", "{\"operations\":[{\"op\":\"delete\",\"recordId\":\"doc:9\"}]}");

    assertThat(refused.toString())
        .isEqualTo(
            "{\"error\":\"Record \\\"doc:9\\\" is not writable by this connection.\","
                + "\"code\":\"ETXN\",\"name\":\"TransactionError\"}");
  }

  @Test
  void transactionAcrossGroupsIsRefused() {
    assertThatThrownBy(() -> first().records.transaction(List.of("bank/a", DOC), transaction -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void transactionSeesWhatItDid() {
    Map<String, RecordVersion> versions =
        get(
            first()
                .records
                .transaction(
                    List.of("bank/a", "bank/b"),
                    transaction -> {
                      transaction.set("bank/a", 5);
                      int a = transaction.get("bank/a", Integer.class).orElseThrow();
                      transaction.set("bank/b", a + 1);
                      transaction.delete("bank/a");
                      assertThat(transaction.get("bank/a")).isEmpty();
                    }));

    assertThat(versions.get("bank/b").number()).isEqualTo(1);
    assertThat(versions.get("bank/a")).isEqualTo(RecordVersion.NONE);
    assertThat(read("bank/b")).isEqualTo("6");
  }

  @Test
  void hooksAreToldInOrderAndApart() throws InterruptedException {
    BlockingQueue<RecordUpdate> updates = new LinkedBlockingQueue<>();
    BlockingQueue<RecordUpdate> removals = new LinkedBlockingQueue<>();
    first()
        .records
        .onUpdate(
            update -> {
              throw new IllegalStateException("on purpose");
            });
    first().records.onUpdate(updates::add);
    first().records.onRemoved(removals::add);

    write(first(), "doc:w", "1");
    first().v1().result("mesh/publish-record-update", of("doc:w", ",\"newValue\":2"));
    write(first(), "doc:w", "2");
    get(first().records.delete("doc:w"));

    assertThat(updates.poll(10, TimeUnit.SECONDS).value().intValue()).isEqualTo(1);
    RecordUpdate second = updates.poll(10, TimeUnit.SECONDS);
    assertThat(second.value().intValue()).isEqualTo(2);
    assertThat(second.version().number()).isEqualTo(2);
    RecordUpdate removed = removals.poll(10, TimeUnit.SECONDS);
    assertThat(removed.value().intValue()).isEqualTo(2);
    assertThat(removed.id()).isEqualTo("doc:w");
    assertThat(updates).isEmpty();
  }

  @Test
  void recordVanishesWhenItsTimeIsOver() {
    for (RecordNode node : nodes()) {
      node.records.policy(
          "doc:brief", RecordPolicy.defaults().withTimeToLive(Duration.ofMillis(300)));
    }
    LivePeer peer = following(second(), "doc:brief", "full");

    write(first(), "doc:brief", "1");
    peer.pushes(1);
    JsonNode deleted = peer.pushes(2).get(1);

    assertThat(deleted.get("command").textValue()).isEqualTo("mesh/record-deleted");
    assertThat(deleted.get("payload").get("version").intValue()).isEqualTo(1);
    assertThat(get(first().records.get("doc:brief"))).isEmpty();
  }
}
