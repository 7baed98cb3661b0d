// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.schedule;

import java.time.Duration;

/**
 * The node's clock and timers. Thread-safe. Tasks run on the one timer thread: they only enqueue
 * work, never block and never run application code.
 */
public interface Scheduler {
  /** Monotonic time, for differences only. */
  long nanoTime();

  /** Wall clock, in ms since the epoch. */
  long currentTimeMillis();

  /** Runs {@code task} once, not before {@code delay} has passed and at most a tick after that. */
  Timer schedule(Runnable task, Duration delay);

  /** A scheduled task. */
  interface Timer {
    /** Prevents the run if it has not begun; returns whether it prevented it. */
    boolean cancel();
  }
}
