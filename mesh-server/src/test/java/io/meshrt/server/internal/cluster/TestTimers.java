// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Real time, whose timers can be held back as those of a process that does not run. */
public final class TestTimers implements Scheduler, AutoCloseable {
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "test-timers");
            thread.setDaemon(true);
            return thread;
          });

  // Guarded by this.
  private final List<Runnable> held = new ArrayList<>();
  private boolean frozen;

  /** From now on nothing runs. */
  public synchronized void freeze() {
    frozen = true;
  }

  /** Runs what was held back, and everything from now on. */
  public synchronized void wake() {
    frozen = false;
    held.forEach(executor::execute);
    held.clear();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long currentTimeMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public Timer schedule(Runnable task, Duration delay) {
    Runnable own = new Due(task);
    Future<?> future = executor.schedule(() -> run(own), delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false) || forget(own);
  }

  private synchronized boolean forget(Runnable task) {
    return held.remove(task);
  }

  /** A task of one timer, told apart from those of others. */
  private static final class Due implements Runnable {
    private final Runnable task;

    Due(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      task.run();
    }
  }

  private void run(Runnable task) {
    synchronized (this) {
      if (frozen) {
        held.add(task);
        return;
      }
    }
    task.run();
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
