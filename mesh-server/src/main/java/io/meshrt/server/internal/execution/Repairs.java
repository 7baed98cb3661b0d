// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.execution;

import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs what brings the cluster in step with this node, a bounded number at a time: after a lost
 * lease there are as many as the node has connections. Thread-safe.
 */
public final class Repairs {
  /** Few: after an outage topics are subscribed to one by one, and each waits behind these. */
  public static final int AT_ONCE = 16;

  public static final Duration RETRY = Duration.ofSeconds(1);

  private final Scheduler scheduler;

  // Guarded by this. Callers submit one at a time for each thing that is kept in step.
  private final ArrayDeque<Supplier<CompletableFuture<?>>> waiting = new ArrayDeque<>();
  private int running;

  /** Nothing to be done yet. */
  public Repairs(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** Runs a repair as soon as there is room. */
  public void submit(Supplier<CompletableFuture<?>> repair) {
    synchronized (this) {
      if (running == AT_ONCE) {
        waiting.add(repair);
        return;
      }
      running++;
    }
    run(repair);
  }

  /** Submits after a pause. */
  public void submitLater(Supplier<CompletableFuture<?>> repair) {
    scheduler.schedule(() -> submit(repair), RETRY);
  }

  /** Goes on with what waits, without nesting, while repairs are done at once. */
  private void run(Supplier<CompletableFuture<?>> first) {
    Supplier<CompletableFuture<?>> repair = first;
    while (repair != null) {
      CompletableFuture<?> done = repair.get();
      if (!done.isDone()) {
        CompletableFuture<?> unused = done.whenComplete((result, failure) -> goOn());
        return;
      }
      repair = next();
    }
  }

  private void goOn() {
    Supplier<CompletableFuture<?>> repair = next();
    if (repair != null) {
      run(repair);
    }
  }

  private synchronized @Nullable Supplier<CompletableFuture<?>> next() {
    Supplier<CompletableFuture<?>> repair = waiting.poll();
    if (repair == null) {
      running--;
    }
    return repair;
  }
}
