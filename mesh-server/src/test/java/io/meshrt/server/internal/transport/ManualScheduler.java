// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Time that passes only when a test says so. */
final class ManualScheduler implements Scheduler {
  private final List<Entry> entries = new ArrayList<>();
  private long nanos = 7_000_000_000L;

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }

  @Override
  public synchronized long currentTimeMillis() {
    return 1_700_000_000_000L + nanos / 1_000_000;
  }

  @Override
  public synchronized Timer schedule(Runnable task, Duration delay) {
    Entry entry = new Entry(task, nanos + delay.toNanos());
    entries.add(entry);
    notifyAll();
    return () -> {
      synchronized (this) {
        return entries.remove(entry);
      }
    };
  }

  void advance(Duration duration) {
    List<Entry> due = new ArrayList<>();
    synchronized (this) {
      nanos += duration.toNanos();
      for (Entry entry : entries) {
        if (entry.dueNanos <= nanos) {
          due.add(entry);
        }
      }
      entries.removeAll(due);
    }
    due.forEach(entry -> entry.task.run());
  }

  synchronized int waiting() {
    return entries.size();
  }

  /** Waits until this many timers are set. */
  synchronized void awaitWaiting(int count) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (entries.size() != count) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(entries.size() + " timers wait, not " + count);
      }
      wait(10);
    }
  }

  private record Entry(Runnable task, long dueNanos) {}
}
