// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets those who ask for the same at the same time share an answer that was asked for after each of
 * them had asked. Who is alone is answered at once; behind an answer that many shared there is a
 * pause, so that a storm costs few questions. Thread-safe, never blocks.
 */
final class SharedReads<K, V> {
  /** Pause behind an answer, for each who shared it with another one. */
  static final Duration PAUSE_PER_SHARER = Duration.ofMillis(4);

  static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

  private final Function<K, CompletableFuture<V>> source;
  private final Scheduler scheduler;

  // Guarded by this. What is in it is being asked for, or was a moment ago.
  private final Map<K, Round<V>> rounds = new HashMap<>();

  SharedReads(Function<K, CompletableFuture<V>> source, Scheduler scheduler) {
    this.source = source;
    this.scheduler = scheduler;
  }

  CompletableFuture<V> read(K key) {
    Round<V> first;
    synchronized (this) {
      Round<V> current = rounds.get(key);
      if (current != null) {
        return current.join();
      }
      first = new Round<>();
      first.sharers = 1;
      rounds.put(key, first);
    }
    ask(key, first);
    return first.answer;
  }

  private void ask(K key, Round<V> round) {
    CompletableFuture<?> unused =
        begin(key)
            .whenComplete(
                (value, failure) -> {
                  if (failure == null) {
                    round.answer.complete(value);
                  } else {
                    round.answer.completeExceptionally(failure);
                  }
                  Duration pause = pauseBehind(round.sharers);
                  if (pause.isZero()) {
                    askNext(key, round);
                  } else {
                    scheduler.schedule(() -> askNext(key, round), pause);
                  }
                });
  }

  private CompletableFuture<V> begin(K key) {
    try {
      return source.apply(key);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Duration pauseBehind(int sharers) {
    Duration pause = PAUSE_PER_SHARER.multipliedBy(sharers - 1L);
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  private void askNext(K key, Round<V> over) {
    Round<V> next;
    synchronized (this) {
      next = over.next;
      if (next == null) {
        rounds.remove(key);
        return;
      }
      rounds.put(key, next);
    }
    ask(key, next);
  }

  /** One question, and those who share its answer. Guarded by the reads, but for the answer. */
  private static final class Round<V> {
    private final CompletableFuture<V> answer = new CompletableFuture<>();
    private int sharers;
    private @Nullable Round<V> next;

    /** It was asked already, so the next answer it is. */
    CompletableFuture<V> join() {
      Round<V> following = next == null ? new Round<>() : next;
      next = following;
      following.sharers++;
      return following.answer;
    }
  }
}
