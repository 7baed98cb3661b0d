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
public final class SerialLane implements Turns.Calls {
  private static final Logger log = LoggerFactory.getLogger(SerialLane.class);

  private final int maxTasks;
  private final int maxBytes;
  private final Turns turns;

  // Guarded by this.
  private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private boolean closed;

  private record Entry(Runnable task, int bytes) {}

  /** A lane of at most {@code maxTasks} waiting tasks that hold at most {@code maxBytes}. */
  public SerialLane(Executor executor, int maxTasks, int maxBytes) {
    this.maxTasks = maxTasks;
    this.maxBytes = maxBytes;
    this.turns = new Turns(executor, this, this);
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
    }
    turns.wake();
    return true;
  }

  /** Drops what waits and takes nothing more; a task under way finishes. */
  public synchronized void close() {
    closed = true;
    waiting.clear();
    waitingBytes = 0;
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.error("a listener failed", e);
    }
  }

  @Override
  public boolean isEmpty() {
    return waiting.isEmpty();
  }

  @Override
  public @Nullable Runnable next() {
    Entry entry = waiting.poll();
    if (entry == null) {
      return null;
    }
    waitingBytes -= entry.bytes();
    return () -> run(entry.task());
  }
}
