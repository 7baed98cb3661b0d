// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Time that stands still until it is told to pass, for any number of wheels. Thread-safe; tasks run
 * on the thread that lets time pass, one thread at a time.
 */
public final class ManualTime {
  /** All wheels go so far before any goes on: less than whatever nodes expect of each other. */
  private static final long STEP_NANOS = Duration.ofMillis(100).toNanos();

  private final Instant start;
  private final List<TimerWheel> turned = new CopyOnWriteArrayList<>();

  // Held while the wheels turn, whose tasks only enqueue work.
  private final ReentrantLock turning = new ReentrantLock();

  private volatile long nanos;

  /** Time that stands still at {@code start}. */
  public ManualTime(Instant start) {
    this.start = start;
  }

  /** What the wall clock says. */
  public Instant now() {
    return start.plusNanos(nanos);
  }

  /** A wheel on this time. */
  public TimerWheel wheel() {
    return new TimerWheel(() -> nanos, () -> now().toEpochMilli());
  }

  /** Turns a wheel from now on, whenever time passes. */
  public Turning turn(TimerWheel wheel) {
    turned.add(wheel);
    return () -> {
      turning.lock();
      try {
        turned.remove(wheel);
      } finally {
        turning.unlock();
      }
    };
  }

  /** Lets time pass, and returns when everything ran that became due. */
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("duration: " + duration);
    }
    turning.lock();
    try {
      long until = nanos + duration.toNanos();
      while (nanos < until) {
        nanos = Math.min(until, nanos + STEP_NANOS);
        turned.forEach(TimerWheel::turn);
      }
    } finally {
      turning.unlock();
    }
  }
}
