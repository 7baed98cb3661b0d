// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.network;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Does what may block, such as asking for addresses and checking certificates, one task after the
 * other on a daemon thread that exists only while there is something to do. Thread-safe.
 */
public final class Aside {
  private static final int MAX_WAITING = 64;
  private static final long IDLE_MILLIS = 500;

  private final ThreadPoolExecutor executor;

  /** One whose thread bears {@code name}. */
  public Aside(String name) {
    executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
  }

  /** Runs {@code task} after those before; false when too many wait, or after {@link #stop}. */
  public boolean execute(Runnable task) {
    try {
      executor.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Drops what waits. What runs is interrupted; the thread ends with it. */
  public void stop() {
    executor.shutdownNow();
  }
}
