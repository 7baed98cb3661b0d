// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.persistence.MirrorOptions;
import io.meshrt.server.record.RecordRegistration;
import io.meshrt.server.record.RecordVersion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What reaches the stores of applications. */
abstract class StoreContract extends RecordContract {
  static final Pattern DOCS = Pattern.compile("doc:.+|bank/.+");

  static final MirrorOptions LATE =
      MirrorOptions.defaults().withBatches(100, Duration.ofMinutes(5));

  private static final MirrorOptions SOON =
      MirrorOptions.defaults()
          .withBatches(100, Duration.ofMillis(1))
          .withRetryDelay(Duration.ofMillis(1));

  private final MapStore store = new MapStore();

  @Test
  void whatAnyNodeWritesOrDeletesReachesTheStore() {
    mirror(SOON);

    write(first(), DOC, "{\"a\":1}");
    write(second(), DOC, "{\"a\":2}");
    write(second(), "doc:2", "null");
    get(first().records.delete("doc:2"));
    write(first(), "secret:1", "1");

    Awaitility.await().until(() -> "{\"a\":2}".equals(store.json(DOC)));
    Awaitility.await().until(() -> store.version("doc:2").number() == 1);
    Awaitility.await().until(() -> store.json("doc:2") == null);
    assertThat(store.version(DOC)).isEqualTo(version(first(), DOC));
    assertThat(store.version("secret:1")).isEqualTo(RecordVersion.NONE);
  }

  @Test
  void ofManyVersionsOnlyTheLastOneIsHandedOver() {
    mirror(LATE);
    for (int i = 1; i <= 20; i++) {
      write(first(), DOC, Integer.toString(i));
    }

    first().records.close(Duration.ofSeconds(10));

    assertThat(store.json(DOC)).isEqualTo("20");
    assertThat(store.saved).hasValue(1);
  }

  @Test
  void theStoreEndsWithTheNewestWhoeverHandsOverLast() {
    mirror(LATE);
    write(first(), DOC, "1");
    RecordVersion newest = write(second(), DOC, "2");

    second().records.close(Duration.ofSeconds(10));
    first().records.close(Duration.ofSeconds(10));

    assertThat(store.json(DOC)).isEqualTo("2");
    assertThat(store.version(DOC)).isEqualTo(newest);
  }

  @Test
  void whatArrivesBehindADeletionDoesNotBringTheRecordBack() {
    mirror(LATE);
    write(first(), DOC, "1");
    get(second().records.delete(DOC));

    second().records.close(Duration.ofSeconds(10));
    first().records.close(Duration.ofSeconds(10));

    assertThat(store.version(DOC).number()).isEqualTo(1);
    assertThat(store.json(DOC)).isNull();
  }

  @Test
  void transactionsAndClientsAreMirroredToo() {
    mirror(SOON);

    get(
        first()
            .records
            .transaction(
                List.of("bank/a", "bank/b"),
                transaction -> {
                  transaction.set("bank/a", 1);
                  transaction.set("bank/b", 2);
                }));
    JsonNode reply =
        second().v1().result("mesh/publish-record-update", of("doc:w1", ",\"newValue\":[3]"));

    Awaitility.await().until(() -> "1".equals(store.json("bank/a")));
    Awaitility.await().until(() -> "2".equals(store.json("bank/b")));
    Awaitility.await().until(() -> "[3]".equals(store.json("doc:w1")));
    assertThat(reply.get("version").asInt()).isEqualTo(1);
  }

  @Test
  void whatChangesNothingIsNotHandedOver() {
    mirror(LATE);
    write(first(), DOC, "1");
    first().records.close(Duration.ofSeconds(10));

    write(first(), DOC, "1.0");
    get(first().records.delete("doc:unknown"));
    first().records.close(Duration.ofSeconds(10));

    assertThat(store.saved).hasValue(1);
  }

  /** Protocol 23, case 69. */
  @Test
  void theFirstRuleThatMatchesWinsNamesExactlyPatternsByTheirWholeId() {
    MapStore other = new MapStore();
    MapStore last = new MapStore();
    first().records.mirror("doc:1", store, SOON);
    first().records.mirror(Pattern.compile("doc:.|note:(a|b)"), other, SOON);
    first().records.mirror(Pattern.compile(".*"), last, SOON);

    for (String id : List.of("doc:1", "doc:2", "doc:11", "note:a", "note:b", "note:ab")) {
      write(first(), id, "1");
    }

    Awaitility.await().until(() -> store.saved.get() + other.saved.get() + last.saved.get() == 6);
    assertThat(store.json("doc:1")).isEqualTo("1");
    assertThat(List.of(other.json("doc:2"), other.json("note:a"), other.json("note:b")))
        .containsOnly("1");
    assertThat(List.of(last.json("doc:11"), last.json("note:ab"))).containsOnly("1");
  }

  /** Protocol 23, case 70. */
  @Test
  void aFullBatchIsHandedOverAtOnceAndReadsBackWithTheNewestVersion() throws Exception {
    first().records.mirror(DOCS, store, LATE.withBatches(2, Duration.ofMinutes(5)));
    write(first(), DOC, "1");
    write(first(), DOC, "2");
    write(first(), DOC, "3");
    assertThat(store.saved).hasValue(0);

    write(first(), "doc:2", "1");

    Awaitility.await().until(() -> store.saved.get() == 2);
    assertThat(store.read("", 10).get(0).version().number()).isEqualTo(3);
    assertThat(store.largestBatch).hasValue(2);
  }

  @Test
  void aStoreThatFailsGetsWhatIsNewestThen() {
    store.failures.set(3);
    mirror(SOON);

    for (int i = 1; i <= 9; i++) {
      write(first(), DOC, Integer.toString(i));
    }

    Awaitility.await().until(() -> "9".equals(store.json(DOC)));
    Awaitility.await().until(() -> store.failures.get() < 0);
  }

  @Test
  void whenTheStoreDoesNotKeepUpOnlyWhatWaitsAlreadyMayBeWritten() {
    store.failures.set(Integer.MAX_VALUE);
    first()
        .records
        .mirror(
            DOCS, store, LATE.withBatches(1, Duration.ofMinutes(5)).withMaxBuffered(2, 1 << 20));
    write(first(), DOC, "1");
    write(first(), "doc:2", "1");

    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> write(first(), "doc:3", "1"))
        .satisfies(
            failure ->
                assertThat(((CommandException) failure.getCause()).code())
                    .isEqualTo("EUNAVAILABLE"));

    assertThat(first().live.metrics().hits(Limit.RECORD_MIRROR)).isEqualTo(1);
    assertThat(write(first(), DOC, "2").number()).isEqualTo(2);
    assertThat(write(first(), "secret:1", "1").number()).isEqualTo(1);
    assertThat(get(first().records.get("doc:3"))).isEmpty();
  }

  @Test
  void bytesThatWaitAreBoundedToo() {
    first().records.mirror(DOCS, store, LATE.withMaxBuffered(100, 5));
    write(first(), DOC, "\"abcdef\"");

    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> write(first(), "doc:2", "1"))
        .withMessageContaining("does not keep up");
  }

  @Test
  void roomForARefusedWriteIsGivenBack() {
    first()
        .records
        .mirror(
            DOCS, store, LATE.withBatches(1, Duration.ofMinutes(5)).withMaxBuffered(1, 1 << 20));

    for (int i = 0; i < 3; i++) {
      assertThatExceptionOfType(CompletionException.class)
          .isThrownBy(
              () ->
                  get(
                      first()
                          .records
                          .update(
                              "doc:bad",
                              before -> {
                                throw new IllegalStateException("no");
                              })));
    }

    assertThat(write(first(), DOC, "1").number()).isEqualTo(1);
  }

  @Test
  void whoIsTakenAwayGetsWhatCameBefore() {
    RecordRegistration mirror = first().records.mirror(DOCS, store, LATE);
    write(first(), DOC, "1");

    mirror.close();
    write(first(), DOC, "2");

    Awaitility.await().until(() -> "1".equals(store.json(DOC)));
    first().records.close(Duration.ofSeconds(10));
    assertThat(store.json(DOC)).isEqualTo("1");
  }

  private void mirror(MirrorOptions options) {
    nodes().forEach(node -> node.records.mirror(DOCS, store, options));
  }

  static RecordVersion version(RecordNode node, String id) {
    return get(node.records.get(id)).orElseThrow().version();
  }

  static Map<String, Long> numbers(RecordNode node, String... ids) {
    Map<String, Long> numbers = new java.util.TreeMap<>();
    for (String id : ids) {
      numbers.put(id, version(node, id).number());
    }
    return numbers;
  }
}
