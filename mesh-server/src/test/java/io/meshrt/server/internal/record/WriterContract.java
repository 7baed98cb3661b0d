// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.HeardPublications;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.record.RecordLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link RecordWriter} promises, on two nodes. */
abstract class WriterContract {
  private static final RecordLimits LIMITS = RecordLimits.defaults().withMaxValueBytes(4_096);

  private TestWorld world;
  private WriterNode first;
  private WriterNode second;

  abstract TestWorld newWorld();

  @BeforeEach
  final void startNodes() {
    world = newWorld();
    first = new WriterNode(world.node("n1"), 1, LIMITS);
    second = new WriterNode(world.node("n2"), 2, LIMITS);
  }

  @AfterEach
  final void closeNodes() {
    first.close();
    second.close();
    world.close();
  }

  @Test
  void everyEffectiveWriteAddsOne() {
    assertThat(get(first.put("r", "{\"a\":1}")).version().number()).isEqualTo(1);
    assertThat(get(second.put("r", "{\"a\":2}")).version().number()).isEqualTo(2);
    assertThat(get(first.put("r", "[]")).version().number()).isEqualTo(3);
  }

  @Test
  void writeThatChangesNothingIsNone() {
    HeardPublications heard = HeardPublications.of(second.cluster, RecordWriter.topic("r"));
    Job.Done one = get(first.put("r", "{\"a\":1,\"b\":1}"));

    Job.Done same = get(first.put("r", "{\"b\":1.0,\"a\":1}"));
    get(first.put("r", "2"));

    assertThat(same.changed()).isFalse();
    assertThat(same.version()).isEqualTo(one.version());
    heard.awaitCount(2);
    assertThat(heard.payloads()).hasSize(2);
  }

  @Test
  void whatAnotherNodeWroteIsNotTakenForUnchanged() {
    get(first.put("r", "1"));
    get(second.put("r", "2"));

    Job.Done done = get(first.put("r", "1"));

    assertThat(done.changed()).isTrue();
    assertThat(done.version().number()).isEqualTo(3);
  }

  @Test
  void primitivesAndEmptyContainersAndNullAreStored() {
    for (String json : List.of("4", "true", "\"\"", "{}", "[]", "null")) {
      Job.Done done = get(first.put("r" + json, json));

      assertThat(done.version().number()).as(json).isEqualTo(1);
      Job.Done read = get(second.change("r" + json, before -> before));
      assertThat(read.after()).as(json).isEqualTo(WriterNode.json(json));
      assertThat(read.changed()).as(json).isFalse();
    }
  }

  @Test
  void absentRecordShowsAsNull() {
    List<Object> seen = new ArrayList<>();

    get(
        first.change(
            "r",
            before -> {
              seen.add(before == null ? "nothing" : before);
              return WriterNode.json("1");
            }));

    assertThat(seen).containsExactly("nothing");
  }

  @Test
  void versionContinuesBehindADeletion() {
    get(first.put("r", "1"));
    get(first.put("r", "2"));

    Job.Done deleted = get(second.delete("r"));
    Job.Done again = get(first.put("r", "3"));

    assertThat(deleted.version().number()).isEqualTo(2);
    assertThat(deleted.before()).isEqualTo(WriterNode.json("2"));
    assertThat(again.version().number()).isEqualTo(3);
    assertThat(again.before()).isNull();
  }

  @Test
  void deletingNothingDoesNothing() {
    Job.Done done = get(first.delete("r"));

    assertThat(done.changed()).isFalse();
    assertThat(done.version().number()).isZero();
  }

  @Test
  void expectedVersionIsCheckedAgainstTheNewest() {
    Job.Done one = get(first.put("r", "1"));
    Job.Done two = get(second.put("r", "2"));
    Job.Expected old = new Job.Expected(1, one.version().stamp());
    Job.Expected current = new Job.Expected(2, null);

    assertThatThrownBy(() -> get(first.change("r", old, before -> WriterNode.json("9"))))
        .satisfies(failure -> assertThat(refusal(failure).code()).isEqualTo("ECONFLICT"))
        .satisfies(
            failure ->
                assertThat(refusal(failure).data().orElseThrow().toString())
                    .contains("\"recordId\":\"r\"", "\"version\":2", two.version().stamp()));
    assertThat(get(first.change("r", current, before -> WriterNode.json("3"))).version().number())
        .isEqualTo(3);
  }

  @Test
  void functionThatThrowsOnSomethingOutdatedIsAskedAgain() {
    get(first.put("stock", "0"));
    get(second.put("stock", "5"));

    Job.Done done = get(first.change("stock", before -> take(before)));

    assertThat(done.after().intValue()).isEqualTo(4);
  }

  private static JsonNode take(JsonNode stock) {
    if (stock.intValue() == 0) {
      throw new IllegalStateException("sold out");
    }
    return WriterNode.json(Integer.toString(stock.intValue() - 1));
  }

  @Test
  void whatTheFunctionThrowsIsTheFailureAndNothingIsWritten() {
    get(first.put("stock", "0"));

    assertThatThrownBy(() -> get(first.change("stock", before -> take(before))))
        .hasRootCauseInstanceOf(IllegalStateException.class);

    assertThat(get(first.change("stock", before -> before)).version().number()).isEqualTo(1);
  }

  @Test
  void concurrentMergesOfTwoNodesAreAllThere() {
    List<CompletableFuture<Job.Done>> writes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      writes.add((i % 2 == 0 ? first : second).merge("r", "{\"k" + i + "\":" + i + "}"));
    }

    List<Long> versions =
        writes.stream().map(write -> get(write).version().number()).sorted().toList();

    assertThat(versions).isEqualTo(LongStream.rangeClosed(1, 100).boxed().toList());
    assertThat(get(first.change("r", before -> before)).after()).hasSize(100);
  }

  @Test
  void nodeThatWroteLastAsksOnce() {
    get(first.put("r", "{\"a\":1}"));
    first.requests.set(0);

    get(first.put("r", "{\"a\":2}"));

    assertThat(first.requests).hasValue(1);
  }

  @Test
  void othersAskTwiceAtMost() {
    get(first.put("r", "1"));
    assertThat(requestsOf(second, "2")).isEqualTo(2);
    assertThat(requestsOf(first, "3")).isEqualTo(2);
    assertThat(requestsOf(second, "2")).as("what it takes for unchanged").isEqualTo(2);
  }

  private static int requestsOf(WriterNode node, String json) {
    node.requests.set(0);
    get(node.put("r", json));
    return node.requests.get();
  }

  @Test
  void valueBeyondTheLimitIsRefused() {
    String atLimit = "\"" + "x".repeat(4_094) + "\"";
    String above = "\"" + "x".repeat(4_095) + "\"";

    assertThat(get(first.put("r", atLimit)).version().number()).isEqualTo(1);
    assertThatThrownBy(() -> get(first.put("r", above)))
        .satisfies(failure -> assertThat(refusal(failure).code()).isEqualTo("ETOOLARGE"));
    assertThatThrownBy(() -> get(first.put("r", "[".repeat(65) + "]".repeat(65))))
        .satisfies(failure -> assertThat(refusal(failure).code()).isEqualTo("ETOOLARGE"));
    assertThat(get(first.put("r", "[".repeat(64) + "]".repeat(64))).changed()).isTrue();
  }

  @Test
  void jobOfSeveralRecordsIsAllOrNothingAndOnePublication() {
    HeardPublications heard = HeardPublications.of(second.cluster, RecordWriter.topic("g"));
    get(transfer(first, 0));

    List<CompletableFuture<?>> transfers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      transfers.add(transfer(i % 2 == 0 ? first : second, 1));
    }
    transfers.forEach(WriterContract::get);

    Awaitility.await().until(() -> commits(heard).size() == 21);
    assertThat(commits(heard)).allSatisfy(changes -> assertThat(changes).hasSize(2));
    Map<String, Job.Done> end =
        get(first.run(new Job("g", List.of("a", "b"), Map.of(), bases -> Map.of())));
    assertThat(end.get("a").after().intValue()).isEqualTo(80);
    assertThat(end.get("b").after().intValue()).isEqualTo(20);
  }

  private static List<List<RecordChange>> commits(HeardPublications heard) {
    return heard.payloads().stream()
        .flatMap(payload -> RecordChange.decode(payload).orElseThrow().stream())
        .toList();
  }

  private static CompletableFuture<Map<String, Job.Done>> transfer(WriterNode node, int amount) {
    return node.run(
        new Job(
            "g",
            List.of("a", "b"),
            Map.of(),
            bases -> {
              int a = bases.get("a").exists() ? bases.get("a").value().intValue() : 100;
              int b = bases.get("b").exists() ? bases.get("b").value().intValue() : 0;
              return Map.of(
                  "a", Job.Next.value(WriterNode.json("" + (a - amount))),
                  "b", Job.Next.value(WriterNode.json("" + (b + amount))));
            }));
  }

  @Test
  void recordThatWasOnlyReadIsCheckedToo() {
    get(first.run(putAndRead("b", "a")));
    get(second.run(new Job("g", List.of("a"), Map.of(), bases -> one("a", "1"))));

    List<Boolean> seen = new ArrayList<>();
    get(
        first.run(
            new Job(
                "g",
                List.of("a", "b"),
                Map.of(),
                bases -> {
                  seen.add(bases.get("a").exists());
                  return one("b", bases.get("a").exists() ? "\"there\"" : "\"not there\"");
                })));

    assertThat(seen).endsWith(true);
    Map<String, Job.Done> end =
        get(first.run(new Job("g", List.of("b"), Map.of(), bases -> Map.of())));
    assertThat(end.get("b").after().textValue()).isEqualTo("there");
  }

  private static Job putAndRead(String written, String read) {
    return new Job("g", List.of(written, read), Map.of(), bases -> one(written, "0"));
  }

  private static Map<String, Job.Next> one(String id, String json) {
    return Map.of(id, Job.Next.value(WriterNode.json(json)));
  }

  private static CommandException refusal(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return (CommandException) cause;
  }

  static <T> T get(CompletableFuture<T> future) {
    return TestWorld.get(future);
  }
}
