// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** An executor of the application, which the server may shut down for itself but not for others. */
final class BorrowedExecutor extends AbstractExecutorService {
  private final Executor executor;
  private final CountDownLatch terminated = new CountDownLatch(1);

  // Guarded by this.
  private int tasks;
  private boolean shutdown;

  BorrowedExecutor(Executor executor) {
    this.executor = executor;
  }

  @Override
  public void execute(Runnable task) {
    begin();
    try {
      executor.execute(() -> run(task));
    } catch (RuntimeException e) {
      end();
      throw e;
    }
  }

  @Override
  public synchronized void shutdown() {
    shutdown = true;
    announceEnd();
  }

  /** Cannot stop what runs: the threads are not ours. */
  @Override
  public List<Runnable> shutdownNow() {
    shutdown();
    return List.of();
  }

  @Override
  public synchronized boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return terminated.getCount() == 0;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return terminated.await(timeout, unit);
  }

  private void run(Runnable task) {
    try {
      task.run();
    } finally {
      end();
    }
  }

  private synchronized void begin() {
    if (shutdown) {
      throw new RejectedExecutionException("shut down");
    }
    tasks++;
  }

  private synchronized void end() {
    tasks--;
    announceEnd();
  }

  private void announceEnd() {
    if (shutdown && tasks == 0) {
      terminated.countDown();
    }
  }
}
