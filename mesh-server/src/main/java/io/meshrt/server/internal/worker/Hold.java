// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Store.Commit;
import io.meshrt.server.internal.cluster.Store.Write;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.work.Crew;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A partition's hold: the value that says whose it is. Whatever is written besides is written with
 * it, and only while it is this worker's. One write at a time. Thread-safe, never blocks.
 */
final class Hold {
  static final String KEY = "owner";

  /** Who could not renew for so long begins with nothing: before others may take over. */
  private static final Duration SAFE = Crew.LEASE.minus(Duration.ofSeconds(2));

  private final Store store;
  private final Topic partition;
  private final Scheduler scheduler;
  private final byte[] claim;

  private volatile Version version = Version.ABSENT;
  private volatile long writtenNanos;
  private volatile boolean lost;

  /**
   * Of nobody yet.
   *
   * @param claim used once
   */
  Hold(Store store, Topic partition, Scheduler scheduler, String claim) {
    this.store = store;
    this.partition = partition;
    this.scheduler = scheduler;
    this.claim = claim.getBytes(UTF_8);
  }

  /** Takes the partition if nobody holds it; tells what is stored for it. */
  CompletableFuture<Optional<Map<String, Stored>>> take() {
    return store
        .read(partition, List.of(KEY))
        .thenCompose(
            values -> {
              Stored owner = values.getOrDefault(KEY, Stored.ABSENT);
              if (owner.value() != null) {
                return CompletableFuture.completedFuture(false);
              }
              version = owner.version();
              return write(List.of());
            })
        .thenCompose(
            taken ->
                taken
                    ? store.readAll(partition).thenApply(Optional::of)
                    : CompletableFuture.completedFuture(Optional.empty()));
  }

  /**
   * Renews, and writes. False when the partition is not this worker's any more, and nothing was
   * written; when it fails the outcome is unknown, and the next write finds out.
   */
  CompletableFuture<Boolean> write(List<Write> more) {
    return commit(more, true)
        .thenCompose(commit -> isMistaken(commit) ? commit(more, true) : completed(commit))
        .thenApply(
            commit -> {
              lost |= !commit.committed();
              return commit.committed();
            });
  }

  /** Writes for the last time, and gives the partition back. */
  CompletableFuture<Boolean> release(List<Write> more) {
    return commit(more, false)
        .thenCompose(commit -> isMistaken(commit) ? commit(more, false) : completed(commit))
        .thenApply(Commit::committed);
  }

  /** Whether nobody else can have taken the partition meanwhile. */
  boolean isSafe() {
    return !lost && scheduler.nanoTime() - writtenNanos < SAFE.toNanos();
  }

  private CompletableFuture<Commit> commit(List<Write> more, boolean stay) {
    List<Write> all = new ArrayList<>(more.size() + 1);
    all.add(
        stay
            ? Write.put(KEY, version, claim, Crew.LEASE)
            : Write.remove(KEY, version, Duration.ZERO));
    all.addAll(more);
    long sentNanos = scheduler.nanoTime();
    return store
        .commit(partition, all, Optional.empty())
        .thenApply(
            commit -> {
              if (commit.committed()) {
                version = commit.entries().getOrDefault(KEY, Stored.ABSENT).version();
                writtenNanos = sentNanos;
              }
              return commit;
            });
  }

  /**
   * Whether an earlier write of ours, of which nothing was heard, is all that stands against it.
   */
  private boolean isMistaken(Commit commit) {
    Stored owner = commit.entries().getOrDefault(KEY, Stored.ABSENT);
    byte @Nullable [] value = owner.value();
    if (commit.committed() || value == null || !Arrays.equals(value, claim)) {
      return false;
    }
    version = owner.version();
    return true;
  }

  private static CompletableFuture<Commit> completed(Commit commit) {
    return CompletableFuture.completedFuture(commit);
  }
}
