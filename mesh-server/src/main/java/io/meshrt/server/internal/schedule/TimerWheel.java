// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.schedule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Timers in a wheel of buckets, one tick apart: scheduling and cancelling cost the same however
 * many there are, and a cancelled timer is gone at once. {@link TimerThread} turns it.
 *
 * <p>Thread-safe: each bucket has its own lock, held only to link and unlink.
 */
public final class TimerWheel implements Scheduler {
  static final long TICK_NANOS = Duration.ofMillis(10).toNanos();

  private static final Logger log = LoggerFactory.getLogger(TimerWheel.class);
  private static final int BUCKETS = 1024;

  private final LongSupplier nanoClock;
  private final LongSupplier wallClock;
  private final long startNanos;
  private final Bucket[] buckets = new Bucket[BUCKETS];

  /** The tick whose bucket was opened last. Written by the turning thread only. */
  private volatile long currentTick;

  /** A wheel on the clocks of the machine. */
  public TimerWheel() {
    this(System::nanoTime, System::currentTimeMillis);
  }

  TimerWheel(LongSupplier nanoClock, LongSupplier wallClock) {
    this.nanoClock = nanoClock;
    this.wallClock = wallClock;
    this.startNanos = nanoClock.getAsLong();
    for (int i = 0; i < BUCKETS; i++) {
      buckets[i] = new Bucket();
    }
  }

  @Override
  public long nanoTime() {
    return nanoClock.getAsLong();
  }

  @Override
  public long currentTimeMillis() {
    return wallClock.getAsLong();
  }

  @Override
  public Timer schedule(Runnable task, Duration delay) {
    long dueNanos = nanoTime() - startNanos + Math.max(0, delay.toNanos());
    Entry entry = new Entry(task, (dueNanos + TICK_NANOS - 1) / TICK_NANOS);
    // A bucket that the turning thread opened in the meantime may have been emptied already.
    while (!bucketOf(entry.tick).link(entry)) {
      entry.tick = currentTick + 1;
    }
    return entry;
  }

  /** Runs what is due. One thread at a time. */
  void turn() {
    long nowTick = (nanoTime() - startNanos) / TICK_NANOS;
    while (currentTick < nowTick) {
      long tick = currentTick + 1;
      currentTick = tick;
      for (Entry entry : bucketOf(tick).takeDue(tick)) {
        entry.run();
      }
    }
  }

  /** How long until the next tick begins. */
  long nanosToNextTick() {
    return (currentTick + 1) * TICK_NANOS - (nanoTime() - startNanos);
  }

  private Bucket bucketOf(long tick) {
    return buckets[(int) (tick & (BUCKETS - 1))];
  }

  /** The timers of every {@value #BUCKETS}th tick, oldest first. Guarded by itself. */
  private final class Bucket {
    private final Entry anchor = new Entry(() -> {}, Long.MIN_VALUE);

    Bucket() {
      anchor.next = anchor;
      anchor.previous = anchor;
    }

    synchronized boolean link(Entry entry) {
      if (entry.tick <= currentTick) {
        return false;
      }
      entry.bucket = this;
      entry.previous = anchor.previous;
      entry.next = anchor;
      anchor.previous.next = entry;
      anchor.previous = entry;
      return true;
    }

    synchronized boolean unlink(Entry entry) {
      if (entry.bucket != this) {
        return false;
      }
      entry.bucket = null;
      entry.previous.next = entry.next;
      entry.next.previous = entry.previous;
      return true;
    }

    synchronized List<Entry> takeDue(long tick) {
      if (anchor.next == anchor) {
        return List.of();
      }
      List<Entry> due = new ArrayList<>();
      Entry entry = anchor.next;
      while (entry != anchor) {
        Entry next = entry.next;
        if (entry.tick <= tick) {
          unlink(entry);
          due.add(entry);
        }
        entry = next;
      }
      return due;
    }
  }

  private final class Entry implements Timer {
    private final Runnable task;
    private long tick;
    private Entry previous = this;
    private Entry next = this;
    private @org.jspecify.annotations.Nullable Bucket bucket;

    Entry(Runnable task, long tick) {
      this.task = task;
      this.tick = tick;
    }

    @Override
    public boolean cancel() {
      return bucketOf(tick).unlink(this);
    }

    void run() {
      try {
        task.run();
      } catch (Throwable e) {
        log.error("a timer's task failed", e);
      }
    }
  }
}
