// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.fakes;

import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Time that stands still until the test moves it. Thread-safe. */
public final class ManualScheduler implements Scheduler {
  /** The wall clock at the beginning. */
  public static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  private final List<Entry> entries = new ArrayList<>();
  private long nanos;

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }

  @Override
  public synchronized long currentTimeMillis() {
    return START.toEpochMilli() + nanos / 1_000_000;
  }

  @Override
  public synchronized Timer schedule(Runnable task, Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay: " + delay);
    }
    Entry entry = new Entry(task, nanos + delay.toNanos());
    entries.add(entry);
    return entry;
  }

  /** Moves time and runs what is due, each at its time. */
  public void advance(Duration duration) {
    long target = nanoTime() + duration.toNanos();
    for (Optional<Entry> due = takeDue(target); due.isPresent(); due = takeDue(target)) {
      due.get().task.run();
    }
    synchronized (this) {
      nanos = target;
    }
  }

  /** Timers that wait. */
  public synchronized int pending() {
    return entries.size();
  }

  private synchronized Optional<Entry> takeDue(long target) {
    Optional<Entry> due =
        entries.stream()
            .filter(entry -> entry.dueNanos <= target)
            .min(Comparator.comparingLong(entry -> entry.dueNanos));
    due.ifPresent(
        entry -> {
          entries.remove(entry);
          nanos = Math.max(nanos, entry.dueNanos);
        });
    return due;
  }

  private final class Entry implements Timer {
    private final Runnable task;
    private final long dueNanos;

    Entry(Runnable task, long dueNanos) {
      this.task = task;
      this.dueNanos = dueNanos;
    }

    @Override
    public boolean cancel() {
      synchronized (ManualScheduler.this) {
        return entries.remove(this);
      }
    }
  }
}
