// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.fake;

import io.meshrt.client.internal.loop.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A loop whose tasks and time the test drives. Everything runs on the test's thread. */
public final class ManualLoop implements Loop {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<Entry> timers = new ArrayList<>();
  private long now = 7_000_000_000L;
  private long sequence;
  private boolean stopped;
  private boolean running;

  private final class Entry implements Timer {
    final long due;
    final long order = sequence++;
    final Runnable task;

    Entry(long due, Runnable task) {
      this.due = due;
      this.task = task;
    }

    @Override
    public void cancel() {
      timers.remove(this);
    }
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public boolean execute(Runnable task) {
    if (stopped) {
      return false;
    }
    tasks.add(task);
    return true;
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Entry entry = new Entry(now + delay.toNanos(), task);
    if (!stopped) {
      timers.add(entry);
    }
    return entry;
  }

  @Override
  public void stop() {
    stopped = true;
    timers.clear();
  }

  @Override
  public boolean awaitEnd(Duration timeout) {
    return true;
  }

  /** Runs what was given to the loop until nothing is left. */
  public void run() {
    if (running) {
      throw new IllegalStateException("the loop runs already");
    }
    running = true;
    try {
      Runnable task = tasks.poll();
      while (task != null) {
        task.run();
        task = tasks.poll();
      }
    } finally {
      running = false;
    }
  }

  /** Lets time pass, and runs what becomes due on the way. */
  public void advance(Duration duration) {
    run();
    long end = now + duration.toNanos();
    Entry next = nextUntil(end);
    while (next != null) {
      timers.remove(next);
      now = Math.max(now, next.due);
      tasks.add(next.task);
      run();
      next = nextUntil(end);
    }
    now = end;
  }

  /** How many timers wait. */
  public int timers() {
    return timers.size();
  }

  /** When the next timer is due, from now. */
  public Duration untilNextTimer() {
    return timers.stream()
        .min(Comparator.comparingLong(e -> e.due))
        .map(e -> Duration.ofNanos(e.due - now))
        .orElseThrow();
  }

  private Entry nextUntil(long end) {
    return timers.stream()
        .filter(e -> e.due <= end)
        .min(Comparator.<Entry>comparingLong(e -> e.due).thenComparingLong(e -> e.order))
        .orElse(null);
  }
}
