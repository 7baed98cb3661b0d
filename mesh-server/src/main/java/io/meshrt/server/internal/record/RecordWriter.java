// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.metrics.RecordMeter;
import io.meshrt.server.internal.record.GroupTurns.Turn;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes records: each job upon what is known of them, and again when that was outdated. Jobs of
 * one group are done one after the other, those that had to wait together where they can be.
 * Thread-safe, never blocks.
 */
final class RecordWriter {
  private static final String KIND = "record";

  private final Store store;
  private final GroupTurns turns;
  private final Bases bases;
  private final Tools tools;
  private final BiFunction<String, String, Optional<Base>> followed;

  /**
   * What jobs are done with.
   *
   * @param executor application code and large values run there
   * @param timeToLive of each record; zero for ever
   */
  record Tools(
      RecordJson json,
      Scheduler scheduler,
      Executor executor,
      Stamps stamps,
      RecordMeter meter,
      Function<String, Duration> timeToLive,
      Listing listing) {}

  /**
   * Nothing was written.
   *
   * @param followed what this node knows by following a record, by group and id
   */
  RecordWriter(
      Store store,
      GroupTurns turns,
      Bases bases,
      Tools tools,
      BiFunction<String, String, Optional<Base>> followed) {
    this.store = store;
    this.turns = turns;
    this.bases = bases;
    this.tools = tools;
    this.followed = followed;
  }

  static Topic topic(String group) {
    return new Topic(KIND, group);
  }

  /**
   * Does a job in its turn; tells about each of its records.
   *
   * @param then called with the outcome before the next job of the group begins; does not block
   */
  CompletableFuture<Map<String, Job.Done>> write(Job job, Consumer<Map<String, Job.Done>> then) {
    Turn turn = new Turn(job, then, new CompletableFuture<>());
    if (turns.begins(turn)) {
      begin(turn);
    }
    return turn.result();
  }

  private void begin(Turn turn) {
    String group = turn.job().group();
    WriteRun run =
        new WriteRun(
            turn.job(),
            () -> turns.waiting(group, Bundle.MAX_JOBS - 1),
            store,
            tools,
            new Known(group));
    CompletableFuture<?> unused =
        start(run)
            .whenComplete((done, failure) -> end(withAlong(turn, run.along()), done, failure));
  }

  private static CompletableFuture<List<Map<String, Job.Done>>> start(WriteRun run) {
    try {
      return run.start();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private List<Turn> withAlong(Turn turn, int along) {
    return Stream.concat(Stream.of(turn), turns.take(turn.job().group(), along).stream()).toList();
  }

  private void end(
      List<Turn> over, @Nullable List<Map<String, Job.Done>> done, @Nullable Throwable failure) {
    try {
      for (int i = 0; done != null && i < over.size(); i++) {
        over.get(i).then().accept(done.get(i));
      }
    } finally {
      Turn next = turns.next(over.get(0).job().group());
      for (int i = 0; i < over.size(); i++) {
        complete(over.get(i).result(), done == null ? null : done.get(i), failure);
      }
      if (next != null) {
        begin(next);
      }
    }
  }

  private static void complete(
      CompletableFuture<Map<String, Job.Done>> result,
      @Nullable Map<String, Job.Done> done,
      @Nullable Throwable failure) {
    if (done != null) {
      result.complete(done);
    } else if (failure != null) {
      result.completeExceptionally(failure);
    }
  }

  /** What this node knows of a group's records. */
  final class Known {
    private final String group;

    Known(String group) {
      this.group = group;
    }

    /** What is likely to be the newest. */
    Optional<Base> get(String id) {
      Optional<Base> written = bases.get(id);
      Optional<Base> heard = followed.apply(group, id);
      boolean heardIsNewer = number(heard) > number(written);
      return heardIsNewer ? heard : written;
    }

    void put(String id, Base base) {
      bases.put(id, base);
    }

    void forget(String id) {
      bases.forget(id);
    }

    private static long number(Optional<Base> base) {
      return base.map(Base::version).map(Version::number).orElse(-1L);
    }
  }
}
