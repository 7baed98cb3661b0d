// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static io.meshrt.server.internal.cluster.TestWorld.get;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to jobs that wait while another of their group has its turn. */
abstract class AlongContract {
  private TestWorld world;
  private WriterNode first;
  private WriterNode second;

  abstract TestWorld newWorld();

  @BeforeEach
  final void startNodes() {
    world = newWorld();
    first = new WriterNode(world.node("n1"), 1, RecordLimits.defaults());
    second = new WriterNode(world.node("n2"), 2, RecordLimits.defaults());
    get(first.put("r", "0"));
    first.requests.set(0);
  }

  @AfterEach
  final void closeNodes() {
    first.close();
    second.close();
    world.close();
  }

  @Test
  void whatWaitsIsInOneCommitAndHasVersionsOfItsOwn() {
    HeardPublications heard = HeardPublications.of(second.cluster, RecordWriter.topic("r"));

    List<Job.Done> done = all(whileOneIsHeld(() -> increments(10)));

    assertThat(done).extracting(one -> one.version().number()).isEqualTo(numbers(2, 12));
    assertThat(done).extracting(one -> one.after().longValue()).isEqualTo(numbers(1, 11));
    assertThat(first.requests).hasValue(1);
    heard.awaitCount(1);
    assertThat(RecordChange.decode(heard.payloads().get(0)).orElseThrow())
        .hasSize(11)
        .allSatisfy(changes -> assertThat(changes).hasSize(1));
    assertThat(get(second.change("r", before -> before)).after().longValue()).isEqualTo(11);
  }

  @Test
  void noMoreThanTheLimitIsInOneCommit() {
    List<Job.Done> done = all(whileOneIsHeld(() -> increments(Bundle.MAX_JOBS)));

    assertThat(done).extracting(one -> one.version().number()).isEqualTo(numbers(2, 34));
    assertThat(first.requests).hasValue(2);
  }

  @Test
  void refusalIsOfTheOneThatIsRefused() {
    List<CompletableFuture<Job.Done>> writes =
        whileOneIsHeld(
            () ->
                List.of(
                    first.change("r", AlongContract::next),
                    first.change("r", new Job.Expected(1, null), AlongContract::next),
                    first.change("r", before -> throwing()),
                    first.change("r", AlongContract::next)));

    assertThat(get(writes.get(1)).version().number()).isEqualTo(3);
    assertThatThrownBy(() -> get(writes.get(2)))
        .satisfies(failure -> assertThat(code(failure)).isEqualTo("ECONFLICT"));
    assertThatThrownBy(() -> get(writes.get(3))).hasRootCauseMessage("not with me");
    assertThat(get(writes.get(4)).version().number()).isEqualTo(4);
  }

  @Test
  void whatIsExpectedOfTheOneBeforeIsFound() {
    List<Job.Done> done =
        all(
            whileOneIsHeld(
                () -> List.of(first.change("r", new Job.Expected(2, null), AlongContract::next))));

    assertThat(done.get(1).version().number()).isEqualTo(3);
    assertThat(first.requests).hasValue(1);
  }

  @Test
  void deletionAndCreationInBetweenKeepTheirPlace() {
    List<Job.Done> done =
        all(
            whileOneIsHeld(
                () ->
                    List.of(
                        first.change("r", AlongContract::next),
                        first.delete("r"),
                        first.put("r", "\"new\""),
                        first.put("r", "\"newer\""))));

    assertThat(done).extracting(one -> one.version().number()).containsExactly(2L, 3L, 3L, 4L, 5L);
    assertThat(get(second.change("r", before -> before)).after().textValue()).isEqualTo("newer");
  }

  @Test
  void whatAnotherNodeWroteMeanwhileIsNotLost() {
    get(second.put("r", "100"));

    List<Job.Done> done = all(whileOneIsHeld(() -> increments(5)));

    assertThat(done).extracting(one -> one.after().longValue()).isEqualTo(numbers(101, 106));
    assertThat(done).extracting(one -> one.version().number()).isEqualTo(numbers(3, 8));
    assertThat(first.requests).as("found out, and written").hasValue(2);
  }

  @Test
  void writeUponWhatTheOneBeforeOnlyLookedAtGoesAlong() {
    CountDownLatch asked = new CountDownLatch(1);
    get(first.run(putting("a", "0")));
    get(first.run(putting("b", "0")));
    first.requests.set(0);
    var looking =
        first.run(
            new Job(
                "g",
                List.of("a", "b"),
                Map.of(),
                bases -> {
                  await(asked);
                  return putting("a", "1").work().on(bases);
                }));
    var putting = first.run(putting("b", "1"));
    asked.countDown();

    assertThat(get(looking).get("b").version().number()).isEqualTo(1);
    assertThat(get(putting).get("b").version().number()).isEqualTo(2);
    assertThat(first.requests).hasValue(1);
  }

  @Test
  void writeOfAnotherRecordHasATurnOfItsOwn() {
    get(first.run(putting("a", "0")));
    get(first.run(putting("b", "0")));
    first.requests.set(0);

    List<CompletableFuture<Map<String, Job.Done>>> writes = new ArrayList<>();
    CountDownLatch asked = new CountDownLatch(1);
    writes.add(
        first.run(
            Job.of(
                "g",
                "a",
                null,
                bases -> {
                  await(asked);
                  return putting("a", "1").work().on(bases);
                })));
    writes.add(first.run(putting("b", "1")));
    asked.countDown();

    writes.forEach(TestWorld::get);
    assertThat(first.requests).hasValue(2);
  }

  @Test
  void applicationIsAskedWhenTheWriteBeforeIsKnownToBeDone() {
    CountDownLatch asked = new CountDownLatch(1);
    CompletableFuture<Job.Done> before = first.change("r", heldBy(asked));
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Job.Done> byApplication =
        byApplication(
            value -> {
              done.set(before.isDone());
              return next(value);
            });
    asked.countDown();

    assertThat(get(byApplication).version().number()).isEqualTo(3);
    assertThat(done).isTrue();
    assertThat(first.requests).hasValue(2);
  }

  private CompletableFuture<Job.Done> byApplication(UnaryOperator<JsonNode> change) {
    Job.Work work = Job.Work.ofApplication(Job.Work.changing("r", change));
    return first.run(Job.of("r", "r", null, work)).thenApply(done -> done.get("r"));
  }

  private static Job putting(String id, String json) {
    return Job.of("g", id, null, Job.Work.changing(id, before -> WriterNode.json(json)));
  }

  @Test
  void whoseAnswerIsLostIsToldSoAndNothingIsDoneTwice() {
    first.losesAnswer.set(true);

    List<CompletableFuture<Job.Done>> writes = whileOneIsHeld(() -> increments(5));

    assertThat(writes)
        .allSatisfy(
            write ->
                assertThatThrownBy(() -> get(write))
                    .satisfies(failure -> assertThat(code(failure)).isEqualTo("EUNAVAILABLE")));
    assertThat(get(first.change("r", AlongContract::next)).after().longValue()).isEqualTo(7);
  }

  /** Writes, and whatever is asked for while that write has its turn. */
  private List<CompletableFuture<Job.Done>> whileOneIsHeld(
      Supplier<List<CompletableFuture<Job.Done>>> others) {
    CountDownLatch asked = new CountDownLatch(1);
    List<CompletableFuture<Job.Done>> writes = new ArrayList<>();
    writes.add(first.change("r", heldBy(asked)));
    writes.addAll(others.get());
    asked.countDown();
    return writes;
  }

  private static UnaryOperator<JsonNode> heldBy(CountDownLatch latch) {
    return before -> {
      await(latch);
      return next(before);
    };
  }

  private List<CompletableFuture<Job.Done>> increments(int count) {
    return IntStream.range(0, count).mapToObj(i -> first.change("r", AlongContract::next)).toList();
  }

  private static JsonNode next(JsonNode before) {
    return WriterNode.json(Long.toString(before.longValue() + 1));
  }

  private static JsonNode throwing() {
    throw new IllegalStateException("not with me");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Job.Done> all(List<CompletableFuture<Job.Done>> writes) {
    return writes.stream().map(TestWorld::get).toList();
  }

  private static List<Long> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(Long::valueOf).toList();
  }

  private static String code(Throwable failure) {
    return failure instanceof CommandException refusal
        ? refusal.code()
        : ((CommandException) failure.getCause()).code();
  }
}
