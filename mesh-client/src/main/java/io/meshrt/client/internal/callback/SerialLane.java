// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.callback;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one listener's tasks one after the other, in order, on an executor. Thread-safe: the lock is
 * held for queue operations only, never while a task runs. A task that would pass a bound is
 * refused.
 */
public final class SerialLane {
  private static final Logger log = LoggerFactory.getLogger(SerialLane.class);
  private static final int TASKS_PER_TURN = 64;

  private final Executor executor;
  private final int maxTasks;
  private final int maxBytes;

  // Guarded by this.
  private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private boolean running;
  private boolean closed;

  private record Entry(Runnable task, int bytes) {}

  /** A lane of at most {@code maxTasks} waiting tasks that hold at most {@code maxBytes}. */
  public SerialLane(Executor executor, int maxTasks, int maxBytes) {
    this.executor = executor;
    this.maxTasks = maxTasks;
    this.maxBytes = maxBytes;
  }

  /** Runs {@code task} in turn; false when the lane is full. A closed lane drops it. */
  public boolean offer(Runnable task, int bytes) {
    synchronized (this) {
      if (closed) {
        return true;
      }
      boolean full = waiting.size() >= maxTasks || bytes > maxBytes - waitingBytes;
      if (full && !waiting.isEmpty()) {
        return false;
      }
      waiting.add(new Entry(task, bytes));
      waitingBytes += bytes;
      if (running) {
        return true;
      }
      running = true;
    }
    executor.execute(this::runTurn);
    return true;
  }

  /** Drops what waits and takes nothing more; a task under way finishes. */
  public synchronized void close() {
    closed = true;
    waiting.clear();
    waitingBytes = 0;
  }

  private void runTurn() {
    for (int i = 0; i < TASKS_PER_TURN; i++) {
      Runnable task = next();
      if (task == null) {
        return;
      }
      run(task);
    }
    executor.execute(this::runTurn);
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.error("a listener failed", e);
    }
  }

  private synchronized @Nullable Runnable next() {
    Entry entry = waiting.poll();
    if (entry == null) {
      running = false;
      return null;
    }
    waitingBytes -= entry.bytes();
    return entry.task();
  }
}
