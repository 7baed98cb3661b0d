// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.loop;

import java.time.Duration;

/**
 * The thread that owns all state of one client, and its clock. Tasks run one after the other; they
 * never block and never run application code. Thread-safe.
 */
public interface Loop {
  /** Monotonic time, for differences only. */
  long nanoTime();

  /** Runs {@code task} after those given before; false when the loop has stopped. */
  boolean execute(Runnable task);

  /** Runs {@code task} once, not before {@code delay} has passed. */
  Timer schedule(Duration delay, Runnable task);

  /** Takes no more tasks; those already given still run, timers do not. */
  void stop();

  /**
   * Waits until everything given before {@link #stop} has run; false when the time passes before.
   */
  boolean awaitEnd(Duration timeout) throws InterruptedException;

  /** A task that waits for its time. To be used on the loop only. */
  interface Timer {
    /** Prevents the run if it has not begun. */
    void cancel();
  }
}
