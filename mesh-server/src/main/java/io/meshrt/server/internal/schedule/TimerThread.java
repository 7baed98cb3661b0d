// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.schedule;

import java.util.concurrent.locks.LockSupport;

/** The one thread that turns a {@link TimerWheel}, from construction to {@link #close}. */
public final class TimerThread implements AutoCloseable {
  private final TimerWheel wheel;
  private final Thread thread;
  private volatile boolean closed;

  /** Starts turning. */
  public TimerThread(TimerWheel wheel) {
    this.wheel = wheel;
    this.thread = new Thread(this::run, "mesh-timer");
    thread.setDaemon(true);
    thread.start();
  }

  /** Stops; what is still scheduled never runs. Waits for the task that runs just now. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closed) {
      wheel.turn();
      LockSupport.parkNanos(this, Math.max(1, wheel.nanosToNextTick()));
    }
  }
}
