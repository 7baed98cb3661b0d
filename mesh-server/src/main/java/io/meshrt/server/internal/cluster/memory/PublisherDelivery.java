// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.memory;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what is published on the publisher's own thread, which spares a hand-over and lets what
 * one thread publishes in a row be written together. What a delivery publishes in turn, and what is
 * left after a batch, goes to a thread of its own, so that nobody is kept by what others publish.
 */
public final class PublisherDelivery implements Executor, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PublisherDelivery.class);

  private final ThreadLocal<Boolean> delivering = ThreadLocal.withInitial(() -> false);
  private final ExecutorService overflow =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "mesh-delivery");
            thread.setDaemon(true);
            return thread;
          });

  /** Begins without a thread. */
  public PublisherDelivery() {}

  @Override
  public void execute(Runnable task) {
    if (delivering.get()) {
      later(task);
      return;
    }
    delivering.set(true);
    try {
      task.run();
    } finally {
      delivering.set(false);
    }
  }

  private void later(Runnable task) {
    try {
      overflow.execute(task);
    } catch (RejectedExecutionException e) {
      log.trace("delivery dropped, the node has left");
    }
  }

  /** Delivers no more of what was left. */
  @Override
  public void close() {
    overflow.shutdown();
  }
}
