// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets a number of asynchronous tasks run at a time; the others wait in order. Thread-safe. Nothing
 * is refused: what waits is bounded by those who ask, one task per topic or member.
 */
final class Throttle {
  private final int atOnce;
  private final Queue<Supplier<CompletableFuture<?>>> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger unfinished = new AtomicInteger();

  Throttle(int atOnce) {
    this.atOnce = atOnce;
  }

  void run(Supplier<CompletableFuture<?>> task) {
    tasks.add(task);
    if (unfinished.incrementAndGet() <= atOnce) {
      begin();
    }
  }

  private void begin() {
    Supplier<CompletableFuture<?>> task = tasks.remove();
    task.get()
        .<@Nullable Void>handle((done, failure) -> null)
        .thenRun(
            () -> {
              if (unfinished.getAndDecrement() > atOnce) {
                begin();
              }
            })
        .exceptionally(failure -> null);
  }
}
