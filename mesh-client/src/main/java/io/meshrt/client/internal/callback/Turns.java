// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.callback;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the calls of one listener on an executor, one after the other and a number of them in each
 * turn, so that others have theirs. Thread-safe: the lock is held to look for the next call, never
 * while one is made.
 */
public final class Turns {
  private static final Logger log = LoggerFactory.getLogger(Turns.class);
  private static final int CALLS_PER_TURN = 64;

  private final Executor executor;
  private final Object lock;
  private final Calls calls;

  // Guarded by the lock.
  private boolean running;

  /** What is to be called. Used under the lock. */
  public interface Calls {
    /** Whether there is nothing to call. */
    boolean isEmpty();

    /** Takes the next call; null if there is none. */
    @Nullable Runnable next();
  }

  /**
   * Nothing has been called.
   *
   * @param lock what guards {@code calls}
   */
  public Turns(Executor executor, Object lock, Calls calls) {
    this.executor = executor;
    this.lock = lock;
    this.calls = calls;
  }

  /** Has made what there is to call; to be called without the lock when something came. */
  public void wake() {
    synchronized (lock) {
      if (running || calls.isEmpty()) {
        return;
      }
      running = true;
    }
    executor.execute(this::run);
  }

  private void run() {
    for (int i = 0; i < CALLS_PER_TURN; i++) {
      Runnable next = next();
      if (next == null) {
        return;
      }
      make(next);
    }
    executor.execute(this::run);
  }

  /** Whatever it throws, the next one's turn comes. */
  private static void make(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      log.error("a call of a listener failed", e);
    }
  }

  private @Nullable Runnable next() {
    synchronized (lock) {
      Runnable next = calls.next();
      running = next != null;
      return next;
    }
  }
}
