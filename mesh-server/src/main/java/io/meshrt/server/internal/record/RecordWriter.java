// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.metrics.RecordMeter;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Writes records: each job upon what is known of them, and again when that was outdated. Jobs of
 * one group run one after the other. Thread-safe, never blocks.
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
    return turns.run(
        job.group(),
        () -> {
          WriteRun run = new WriteRun(job, store, tools, new Known(job.group()));
          return run.start()
              .whenComplete(
                  (done, failure) -> {
                    if (failure == null) {
                      then.accept(done);
                    }
                  });
        });
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
