// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.execution;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads application code runs on: virtual ones where Java has them, else a pool of 200. Both
 * promise the same bound, {@link #MAX_TASKS} tasks running or waiting. Thread-safe; runs until
 * {@link #shutdown}.
 */
public final class HandlerThreads {
  /** Threads of the pool on Java 17. */
  static final int POOL_THREADS = 200;

  /** Tasks running or waiting at the same time. */
  static final int MAX_TASKS = POOL_THREADS + 10_000;

  private static final Logger log = LoggerFactory.getLogger(HandlerThreads.class);

  private final ExecutorService executor;
  private final int maxTasks;
  private final AtomicInteger tasks = new AtomicInteger();

  private HandlerThreads(ExecutorService executor, int maxTasks) {
    this.executor = executor;
    this.maxTasks = maxTasks;
  }

  /** Starts the kind of threads this Java has. */
  public static HandlerThreads start() {
    return new HandlerThreads(HandlerExecutors.newExecutor(POOL_THREADS), MAX_TASKS);
  }

  /**
   * Runs tasks on {@code executor}, which it takes over and which must not refuse before it is shut
   * down.
   */
  public static HandlerThreads on(ExecutorService executor, int maxTasks) {
    return new HandlerThreads(executor, maxTasks);
  }

  /** Hands over a task; false when too many run or wait already, or after {@link #shutdown}. */
  public boolean tryExecute(Runnable task) {
    if (tasks.incrementAndGet() > maxTasks) {
      tasks.decrementAndGet();
      return false;
    }
    return submit(task);
  }

  /**
   * Hands over a task whose number is bounded by its caller, past the bound of {@link #tryExecute}:
   * completing the futures of calls, telling listeners. False, and dropped, after {@link
   * #shutdown}.
   */
  public boolean execute(Runnable task) {
    tasks.incrementAndGet();
    return submit(task);
  }

  /**
   * The future to give to an application: it completes as the stage does, here, so that what the
   * application does next holds up nobody else. After {@link #shutdown} it completes where the
   * stage does.
   */
  public <T extends @Nullable Object> CompletableFuture<T> handOver(CompletionStage<T> stage) {
    CompletableFuture<T> future = new CompletableFuture<>();
    CompletionStage<?> unused =
        stage.whenComplete(
            (value, failure) -> {
              Runnable completion = () -> complete(future, value, failure);
              if (!execute(completion)) {
                completion.run();
              }
            });
    return future;
  }

  private static <T extends @Nullable Object> void complete(
      CompletableFuture<T> future, T value, @Nullable Throwable failure) {
    if (failure == null) {
      future.complete(value);
    } else {
      boolean wrapped = failure instanceof CompletionException && failure.getCause() != null;
      future.completeExceptionally(wrapped ? failure.getCause() : failure);
    }
  }

  /** Tasks running or waiting now. */
  public int tasks() {
    return tasks.get();
  }

  /**
   * Takes no more tasks and waits for those it has; interrupts what still runs after {@code
   * timeout}. Blocks.
   */
  public void shutdown(Duration timeout) {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        int dropped = executor.shutdownNow().size();
        log.warn("handlers still running after {}: interrupted, {} dropped", timeout, dropped);
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private boolean submit(Runnable task) {
    try {
      executor.execute(() -> run(task));
      return true;
    } catch (RejectedExecutionException e) {
      tasks.decrementAndGet();
      return false;
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      log.error("a task let an exception escape", e);
    } finally {
      tasks.decrementAndGet();
    }
  }
}
