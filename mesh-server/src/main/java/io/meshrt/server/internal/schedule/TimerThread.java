// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.schedule;

import java.util.concurrent.locks.LockSupport;

/** The one thread that turns a {@link TimerWheel}, from construction to {@link #close}. */
public final class TimerThread implements Turning {
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

  boolean isRunning() {
    return thread.isAlive();
  }

  private void run() {
    while (!closed) {
      wheel.turn();
      LockSupport.parkNanos(this, Math.max(1, wheel.nanosToNextTick()));
    }
  }
}
