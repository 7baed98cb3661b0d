// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.dispatch;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Health;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Whether any server lives, looked for once in a second if it matters: whoever sends is told at
 * once, so that nothing is overtaken while it is found out. Thread-safe.
 */
final class LiveNodes {
  private static final Duration LOOKING = Duration.ofSeconds(1);

  private final Cluster cluster;
  private final Scheduler scheduler;
  private final boolean required;
  private volatile boolean alive;

  LiveNodes(Cluster cluster, Scheduler scheduler, boolean required) {
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.required = required;
  }

  /** Looks, and waits for what the first look finds, or that it fails. */
  void start() {
    if (required) {
      look().join();
    }
  }

  /** Whether what needs a server may be done. */
  boolean isAlive() {
    return alive || !required;
  }

  /** Does something, or fails where no server would notice. */
  <T> CompletableFuture<T> ifAlive(Supplier<CompletableFuture<T>> action) {
    return isAlive()
        ? action.get()
        : CompletableFuture.failedFuture(CommandException.unavailable("No server is alive."));
  }

  private CompletableFuture<Void> look() {
    return cluster
        .liveNodes()
        .handle(
            (nodes, failure) -> {
              if (failure == null) {
                alive = !nodes.isEmpty(); // while Redis is away, calls tell of that
              }
              if (cluster.health() != Health.CLOSED) {
                scheduler.schedule(this::lookAgain, LOOKING);
              }
              return null;
            });
  }

  private void lookAgain() {
    CompletableFuture<?> unused = look();
  }
}
