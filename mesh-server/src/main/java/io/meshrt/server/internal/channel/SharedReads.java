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
 * them had asked. The first one is answered at once. While others follow, the pauses between two
 * questions grow, so that a storm costs few of them. Thread-safe, never blocks.
 */
final class SharedReads<K, V> {
  static final Duration FIRST_PAUSE = Duration.ofMillis(10);
  static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

  private final Function<K, CompletableFuture<V>> source;
  private final Scheduler scheduler;

  // Guarded by this. What is in it is being asked for, or was a moment ago.
  private final Map<K, Follow> follows = new HashMap<>();

  SharedReads(Function<K, CompletableFuture<V>> source, Scheduler scheduler) {
    this.source = source;
    this.scheduler = scheduler;
  }

  CompletableFuture<V> read(K key) {
    synchronized (this) {
      Follow follow = follows.get(key);
      if (follow != null) {
        if (follow.next == null) {
          follow.next = new CompletableFuture<>();
        }
        return follow.next;
      }
      follows.put(key, new Follow());
    }
    CompletableFuture<V> answer = new CompletableFuture<>();
    ask(key, answer, FIRST_PAUSE);
    return answer;
  }

  private void ask(K key, CompletableFuture<V> answer, Duration pause) {
    CompletableFuture<?> unused =
        source
            .apply(key)
            .whenComplete(
                (value, failure) -> {
                  scheduler.schedule(() -> afterPause(key, pause), pause);
                  if (failure == null) {
                    answer.complete(value);
                  } else {
                    answer.completeExceptionally(failure);
                  }
                });
  }

  private void afterPause(K key, Duration pause) {
    CompletableFuture<V> waiting;
    synchronized (this) {
      Follow follow = follows.get(key);
      if (follow == null || follow.next == null) {
        follows.remove(key);
        return;
      }
      waiting = follow.next;
      follow.next = null;
    }
    Duration longer = pause.multipliedBy(2);
    ask(key, waiting, longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer);
  }

  /** Who came while something was asked for, or in the pause behind it. */
  private final class Follow {
    private @Nullable CompletableFuture<V> next;
  }
}
