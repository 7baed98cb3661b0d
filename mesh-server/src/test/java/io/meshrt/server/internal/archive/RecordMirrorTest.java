// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.fakes.ManualExecutor;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.archive.Places.Written;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.MirrorCounts;
import io.meshrt.server.internal.metrics.MirrorMeter.Kind;
import io.meshrt.server.internal.persistence.Feed;
import io.meshrt.server.persistence.MirrorOptions;
import io.meshrt.server.record.RecordStore;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.StoredRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When records are handed over, and what happens to those whose writes had no clear outcome. */
class RecordMirrorTest {
  private static final MirrorOptions OPTIONS =
      new MirrorOptions(3, Duration.ofMillis(500), Duration.ofSeconds(1), 10, 1_000);

  private final ManualScheduler time = new ManualScheduler();
  private final ManualExecutor executor = new ManualExecutor();
  private final MirrorCounts meter = new MirrorCounts();
  private final List<List<String>> batches = new ArrayList<>();
  private final Live live = new Live();
  private final RecordMirror mirror =
      new RecordMirror(
          new Batches(),
          OPTIONS,
          live,
          new Feed.Tools(Kind.RECORDS, time, HandlerThreads.on(executor, 100), meter));
  private int failures;

  @Test
  void whatWaitsIsHandedOverAfterTheIntervalOldestFirst() {
    written("b", 1);
    written("a", 1);
    written("b", 2);

    pass(Duration.ofMillis(499));
    assertThat(batches).isEmpty();
    pass(Duration.ofMillis(1));

    assertThat(batches).containsExactly(List.of("b@2", "a@1"));
    assertThat(meter).hasToString("waiting 0, handed 2, failed 0");
    assertThat(time.pending()).isZero();
  }

  @Test
  void aFullBatchDoesNotWait() {
    written("a", 1);
    written("b", 1);
    written("c", 1);

    executor.runAll();

    assertThat(batches).containsExactly(List.of("a@1", "b@1", "c@1"));
    assertThat(time.pending()).isZero();
  }

  @Test
  void afterAFailureItWaitsLongerHoweverMuchThereIs() {
    failures = 1;
    written("a", 1);
    pass(Duration.ofMillis(500));
    for (String id : List.of("b", "c", "d")) {
      written(id, 1);
    }

    pass(Duration.ofMillis(999));
    assertThat(batches).isEmpty();
    pass(Duration.ofMillis(1));

    assertThat(batches).containsExactly(List.of("a@1", "b@1", "c@1"));
    pass(Duration.ofMillis(500));
    assertThat(batches).hasSize(2);
    assertThat(meter).hasToString("waiting 0, handed 4, failed 1");
  }

  @Test
  void whatIsWrittenWhileItIsHandedOverIsHandedOverNext() {
    written("a", 1);
    time.advance(Duration.ofMillis(500));
    live.during = () -> written("a", 2);
    executor.runAll();

    assertThat(batches).containsExactly(List.of("a@1"));
    assertThat(mirror.waiting()).isEqualTo(1);
    pass(Duration.ofMillis(500));
    assertThat(batches).containsExactly(List.of("a@1"), List.of("a@2"));
    assertThat(mirror.waiting()).isZero();
  }

  @Test
  void anOlderVersionDoesNotReplaceANewerOne() {
    assertThat(mirror.take("a")).isTrue();
    written("a", 2);
    mirror.onDone("a", version(1));

    pass(Duration.ofMillis(500));

    assertThat(batches).containsExactly(List.of("a@2"));
  }

  @Test
  void aWriteWithoutAClearOutcomeIsReadUntilItIsKnown() {
    live.failures = 1;
    live.found = Optional.of(new StoredRecord("a", new RecordVersion(7, "7"), "7"));
    assertThat(mirror.take("a")).isTrue();
    mirror.onUnknown("a");

    pass(Duration.ofMillis(500));
    assertThat(batches).isEmpty();
    pass(Duration.ofSeconds(1));

    assertThat(batches).containsExactly(List.of("a@7"));
    assertThat(mirror.waiting()).isZero();
  }

  @Test
  void ifNothingWasWrittenNothingIsHandedOver() {
    assertThat(mirror.take("a")).isTrue();
    mirror.onUnknown("a");

    pass(Duration.ofMillis(500));

    assertThat(batches).isEmpty();
    assertThat(mirror.waiting()).isZero();
  }

  @Test
  void aFlushWaitsForWritesUnderWayAndNotForLaterOnes() {
    assertThat(mirror.take("a")).isTrue();
    CompletableFuture<?> flush = mirror.flush();
    executor.runAll();
    assertThat(flush).isNotDone();

    mirror.onDone("a", version(1));
    assertThat(mirror.take("b")).isTrue();
    executor.runAll();

    assertThat(flush).isCompleted();
    assertThat(batches).containsExactly(List.of("a@1"));
  }

  @Test
  void aFlushEndsWhenTheStoreFails() {
    failures = 1;
    written("a", 1);

    CompletableFuture<?> flush = mirror.flush();
    executor.runAll();

    assertThat(flush).isCompleted();
    assertThat(mirror.waiting()).isEqualTo(1);
  }

  private void written(String id, int number) {
    assertThat(mirror.take(id)).isTrue();
    mirror.onDone(id, version(number));
  }

  private static Written version(int number) {
    String text = Integer.toString(number);
    return new Written(new RecordVersion(number, text), RawJson.ofValid(text.getBytes(UTF_8)));
  }

  private void pass(Duration duration) {
    time.advance(duration);
    executor.runAll();
  }

  private final class Batches implements RecordStore {
    @Override
    public void save(List<StoredRecord> records) {
      if (failures-- > 0) {
        throw new IllegalStateException("meant to be logged");
      }
      batches.add(
          records.stream().map(record -> record.id() + "@" + record.version().number()).toList());
      live.during.run();
      live.during = () -> {};
    }
  }

  private static final class Live implements LiveRecords {
    private Optional<StoredRecord> found = Optional.empty();
    private Runnable during = () -> {};
    private int failures;

    @Override
    public CompletableFuture<Optional<StoredRecord>> read(String id) {
      return failures-- > 0
          ? CompletableFuture.failedFuture(new IllegalStateException("meant to be logged"))
          : CompletableFuture.completedFuture(found);
    }

    @Override
    public CompletableFuture<Restored> restore(StoredRecord kept) {
      throw new AssertionError("nothing is restored");
    }
  }
}
