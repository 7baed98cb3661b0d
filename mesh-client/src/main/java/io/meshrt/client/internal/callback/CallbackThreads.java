// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.callback;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs application code: on the application's executor, else on daemon threads of its own, which
 * come when needed and go when idle. Thread-safe.
 *
 * <p>The own pool is a fork-join pool, so that a callback which waits for another future of the
 * client does not keep that future's completion from running: the pool adds a thread for the
 * waiting one.
 */
public final class CallbackThreads implements Executor {
  private static final Logger log = LoggerFactory.getLogger(CallbackThreads.class);
  private static final int PARALLELISM = 16;
  private static final int MAX_THREADS = 256;

  private final Executor executor;
  private final @Nullable ForkJoinPool own;

  private CallbackThreads(Executor executor, @Nullable ForkJoinPool own) {
    this.executor = executor;
    this.own = own;
  }

  /** Runs on the application's executor. */
  public static CallbackThreads of(Executor executor) {
    return new CallbackThreads(executor, null);
  }

  /** Runs on own threads bearing {@code name}. */
  public static CallbackThreads own(String name) {
    ForkJoinPool pool =
        new ForkJoinPool(
            PARALLELISM,
            p -> {
              ForkJoinWorkerThread thread =
                  ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(p);
              thread.setName(name + "-callback-" + thread.getPoolIndex());
              return thread;
            },
            null,
            true,
            0,
            MAX_THREADS,
            1,
            full -> true,
            5,
            TimeUnit.SECONDS);
    return new CallbackThreads(pool, pool);
  }

  /** Runs {@code task}; when the executor refuses, on the JVM's common pool, so nothing is lost. */
  @Override
  public void execute(Runnable task) {
    Runnable guarded = () -> runGuarded(task);
    try {
      executor.execute(guarded);
    } catch (RuntimeException refused) {
      log.debug("the callback executor refuses tasks, using the common pool", refused);
      ForkJoinPool.commonPool().execute(guarded);
    }
  }

  /**
   * Ends the own threads once they have run what was given to them; waits unless one of them calls.
   */
  public void stop(Duration timeout) throws InterruptedException {
    if (own == null) {
      return;
    }
    own.shutdown();
    if (!(Thread.currentThread() instanceof ForkJoinWorkerThread worker)
        || worker.getPool() != own) {
      if (!own.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        log.warn("callbacks still run {} after the client was closed", timeout);
      }
    }
  }

  private static void runGuarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.error("a callback failed", e);
    }
  }
}
