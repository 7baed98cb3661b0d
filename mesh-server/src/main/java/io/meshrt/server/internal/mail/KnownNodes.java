// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mail;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes may be there, as far as it was asked lately: a node that was seen counts as there for
 * a few seconds, one that was not is looked for again. What is done with the answer is done in the
 * order of the calls for that node. Thread-safe.
 */
final class KnownNodes {
  private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long ABSENT_NANOS = Duration.ofMillis(500).toNanos();
  private static final int MAX_WAITING = 10_000;

  private final Cluster cluster;
  private final Scheduler scheduler;
  private volatile Look last;

  // Guarded by this: what waits to know of a node, and the number of all of them.
  private final Map<String, Deque<Waiting<?>>> waiting = new HashMap<>();
  private int waitingCount;

  private record Look(Set<String> names, long nanos) {}

  private record Waiting<T>(
      Function<Boolean, CompletableFuture<T>> action, CompletableFuture<T> result) {
    void run(@Nullable Boolean lives, @Nullable Throwable failure) {
      if (lives == null) {
        result.completeExceptionally(
            failure == null ? new IllegalStateException("no answer") : failure);
        return;
      }
      CompletableFuture<?> unused =
          action
              .apply(lives)
              .whenComplete(
                  (value, error) -> {
                    if (error == null) {
                      result.complete(value);
                    } else {
                      result.completeExceptionally(error);
                    }
                  });
    }
  }

  KnownNodes(Cluster cluster, Scheduler scheduler) {
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.last = new Look(Set.of(), scheduler.nanoTime() - FRESH_NANOS);
  }

  /** Does something when it is known whether a node lives: at once, or behind what waits for it. */
  <T> CompletableFuture<T> whenKnown(String node, Function<Boolean, CompletableFuture<T>> action) {
    Waiting<T> mine = new Waiting<>(action, new CompletableFuture<>());
    Boolean known;
    synchronized (this) {
      Deque<Waiting<?>> before = waiting.get(node);
      known = before == null ? fresh(node) : null;
      if (known == null) {
        if (waitingCount >= MAX_WAITING) {
          return CompletableFuture.failedFuture(
              CommandException.unavailable("Too many letters to other nodes wait."));
        }
        waitingCount++;
        if (before != null) {
          before.add(mine);
          return mine.result();
        }
        Deque<Waiting<?>> first = new ArrayDeque<>();
        first.add(mine);
        waiting.put(node, first);
      }
    }
    if (known == null) {
      CompletableFuture<?> unused =
          ask(node).whenComplete((lives, failure) -> runWaiting(node, lives, failure));
    } else {
      mine.run(known, null);
    }
    return mine.result();
  }

  private void runWaiting(String node, @Nullable Boolean lives, @Nullable Throwable failure) {
    for (Waiting<?> next = next(node); next != null; next = next(node)) {
      next.run(lives, failure);
    }
  }

  private synchronized @Nullable Waiting<?> next(String node) {
    Deque<Waiting<?>> queue = waiting.get(node);
    Waiting<?> next = queue == null ? null : queue.poll();
    if (next == null) {
      waiting.remove(node);
    } else {
      waitingCount--;
    }
    return next;
  }

  private @Nullable Boolean fresh(String node) {
    Look look = last;
    long age = scheduler.nanoTime() - look.nanos;
    boolean there = look.names.contains(node);
    return (there ? age < FRESH_NANOS : age < ABSENT_NANOS) ? there : null;
  }

  private CompletableFuture<Boolean> ask(String node) {
    return cluster
        .rememberedNodes()
        .thenApply(
            nodes -> {
              Set<String> names = nodes.stream().map(NodeId::name).collect(Collectors.toSet());
              last = new Look(names, scheduler.nanoTime());
              return names.contains(node);
            });
  }
}
