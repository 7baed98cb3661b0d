// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.execution;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs short tasks one after the other, on the thread of whoever finds nobody at it. Thread-safe;
 * callers bound the number of tasks.
 */
public final class Lane {
  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();

  /** Runs a task behind those that wait; at once, if nobody is at it. */
  public void run(Runnable task) {
    tasks.add(task);
    if (pending.getAndIncrement() > 0) {
      return;
    }
    do {
      runNext();
    } while (pending.decrementAndGet() > 0);
  }

  private void runNext() {
    try {
      Objects.requireNonNull(tasks.poll()).run();
    } catch (Throwable e) {
      log.error("a task of a lane failed", e);
    }
  }
}
