// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Steps of which a few are under way at a time, the next when one ends. Thread-safe. */
final class Paced<T> {
  private final int atOnce;
  private final Function<T, CompletableFuture<?>> step;
  private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();

  // Guarded by this.
  private final Queue<T> waiting;
  private int running;
  private boolean starting;
  private @Nullable Throwable firstFailure;

  private Paced(Collection<T> items, int atOnce, Function<T, CompletableFuture<?>> step) {
    this.waiting = new ArrayDeque<>(items);
    this.atOnce = atOnce;
    this.step = step;
  }

  /**
   * Takes all steps, also when some fail.
   *
   * @return completes when all have ended, with the first failure if there was one
   */
  static <T> CompletableFuture<@Nullable Void> run(
      Collection<T> items, int atOnce, Function<T, CompletableFuture<?>> step) {
    Paced<T> paced = new Paced<>(items, atOnce, step);
    paced.startNext();
    return paced.done;
  }

  /** One caller at a time starts steps, so that steps which end at once do not nest. */
  private void startNext() {
    synchronized (this) {
      if (starting) {
        return;
      }
      starting = true;
    }
    for (T next = takeNext(); next != null; next = takeNext()) {
      CompletableFuture<?> unused = started(next).whenComplete((x, failure) -> onEnded(failure));
    }
  }

  private CompletableFuture<?> started(T item) {
    try {
      return step.apply(item);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private @Nullable T takeNext() {
    Throwable failure;
    synchronized (this) {
      if (!waiting.isEmpty() && running < atOnce) {
        running++;
        return waiting.remove();
      }
      starting = false;
      if (running > 0) {
        return null;
      }
      failure = firstFailure;
    }
    if (failure == null) {
      done.complete(null);
    } else {
      done.completeExceptionally(failure);
    }
    return null;
  }

  private void onEnded(@Nullable Throwable failure) {
    synchronized (this) {
      running--;
      firstFailure = firstFailure == null ? failure : firstFailure;
    }
    startNext();
  }
}
