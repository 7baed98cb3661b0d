// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.execution;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Handler threads that run a task when a test says so, on the test's own thread. */
public final class ManualThreads extends AbstractExecutorService {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private boolean shutdown;

  /** Handler threads on this, which hold at most so many tasks. */
  public HandlerThreads asHandlerThreads(int maxTasks) {
    return HandlerThreads.on(this, maxTasks);
  }

  /** Tasks that wait to be run. */
  public synchronized int waiting() {
    return tasks.size();
  }

  /** Runs the task that waits longest; false when none does. */
  public boolean runNext() {
    Runnable task;
    synchronized (this) {
      task = tasks.poll();
    }
    if (task != null) {
      task.run();
    }
    return task != null;
  }

  /** Runs until nothing waits. */
  public void runAll() {
    boolean ran = runNext();
    while (ran) {
      ran = runNext();
    }
  }

  @Override
  public synchronized void execute(Runnable task) {
    if (shutdown) {
      throw new RejectedExecutionException("shut down");
    }
    tasks.add(task);
  }

  @Override
  public synchronized void shutdown() {
    shutdown = true;
  }

  @Override
  public synchronized List<Runnable> shutdownNow() {
    shutdown = true;
    List<Runnable> dropped = List.copyOf(tasks);
    tasks.clear();
    return dropped;
  }

  @Override
  public synchronized boolean isShutdown() {
    return shutdown;
  }

  @Override
  public synchronized boolean isTerminated() {
    return shutdown && tasks.isEmpty();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isTerminated();
  }
}
