// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets what is done to one group on this node happen one after the other. Thread-safe, never
 * blocks.
 */
final class GroupTurns {
  static final int MAX_WAITING_PER_GROUP = 1_024;
  static final int MAX_WAITING = 16_384;

  private final ServerMetrics metrics;

  // A group is in it while something of it runs. Guarded by this.
  private final Map<String, Queue<Runnable>> waiting = new HashMap<>();
  private int total;

  GroupTurns(ServerMetrics metrics) {
    this.metrics = metrics;
  }

  /** Does a step in its turn; fails with {@code ELIMIT} when too many wait. */
  <T> CompletableFuture<T> run(String group, Supplier<CompletableFuture<T>> step) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Runnable turn = () -> begin(group, step, result);
    boolean now = false;
    synchronized (this) {
      Queue<Runnable> ofGroup = waiting.get(group);
      if (ofGroup == null) {
        waiting.put(group, new ArrayDeque<>(0));
        now = true;
      } else if (ofGroup.size() < MAX_WAITING_PER_GROUP && total < MAX_WAITING) {
        ofGroup.add(turn);
        total++;
      } else {
        result.completeExceptionally(
            new CommandException(ErrorCode.LIMIT, "Too many writes wait for this record."));
      }
    }
    if (now) {
      turn.run();
    } else if (result.isDone()) {
      metrics.limitHit(Limit.RECORD_WRITES);
    }
    return result;
  }

  private <T> void begin(
      String group, Supplier<CompletableFuture<T>> step, CompletableFuture<T> result) {
    CompletableFuture<?> unused =
        start(step)
            .whenComplete(
                (value, failure) -> {
                  Runnable next = next(group);
                  if (failure == null) {
                    result.complete(value);
                  } else {
                    result.completeExceptionally(failure);
                  }
                  if (next != null) {
                    next.run();
                  }
                });
  }

  private static <T> CompletableFuture<T> start(Supplier<CompletableFuture<T>> step) {
    try {
      return step.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private synchronized @Nullable Runnable next(String group) {
    Queue<Runnable> ofGroup = waiting.get(group);
    Runnable next = ofGroup == null ? null : ofGroup.poll();
    if (next == null) {
      waiting.remove(group);
    } else {
      total--;
    }
    return next;
  }
}
