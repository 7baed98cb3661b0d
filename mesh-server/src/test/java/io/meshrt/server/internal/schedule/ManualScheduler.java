// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.schedule;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes when a test says so; tasks run on the thread that lets it pass, in order. */
public final class ManualScheduler implements Scheduler {
  private static final long START_MILLIS = 1_700_000_000_000L;

  // Ids, times and counts begin at different values, so that they cannot be mixed up unnoticed.
  private static final long START_NANOS = 77_000_000_000L;

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.<Entry>comparingLong(e -> e.due).thenComparing(e -> e.order));
  private long nanos = START_NANOS;
  private long scheduled;

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }

  @Override
  public synchronized long currentTimeMillis() {
    return START_MILLIS + (nanos - START_NANOS) / 1_000_000;
  }

  @Override
  public synchronized Timer schedule(Runnable task, Duration delay) {
    Entry entry = new Entry(task, nanos + Math.max(0, delay.toNanos()), scheduled++);
    entries.add(entry);
    return entry;
  }

  /** Lets time pass and runs what becomes due, each at its time. */
  public void advance(Duration duration) {
    long until = nanoTime() + duration.toNanos();
    Entry next = takeDue(until);
    while (next != null) {
      next.task.run();
      next = takeDue(until);
    }
    synchronized (this) {
      nanos = until;
    }
  }

  /** Tasks that wait for their time. */
  public synchronized int pending() {
    return entries.size();
  }

  private synchronized Entry takeDue(long until) {
    Entry next = entries.peek();
    if (next == null || next.due > until) {
      return null;
    }
    entries.remove();
    nanos = Math.max(nanos, next.due);
    return next;
  }

  private final class Entry implements Timer {
    private final Runnable task;
    private final long due;
    private final long order;

    Entry(Runnable task, long due, long order) {
      this.task = task;
      this.due = due;
      this.order = order;
    }

    @Override
    public boolean cancel() {
      synchronized (ManualScheduler.this) {
        return entries.remove(this);
      }
    }
  }
}
