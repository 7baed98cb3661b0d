// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.roster;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs steps one after the other, each when the one before is done. Thread-safe. */
final class Turns {
  static final int MAX_WAITING = 1_024;

  // Guarded by this.
  private @Nullable CompletableFuture<@Nullable Void> last;
  private int waiting;

  /** Runs a step in its turn; fails with {@code ELIMIT} when too many wait. */
  <T> CompletableFuture<T> run(Supplier<CompletableFuture<T>> step) {
    synchronized (this) {
      if (waiting >= MAX_WAITING) {
        return CompletableFuture.failedFuture(
            new CommandException(ErrorCode.LIMIT, "Too much waits for this connection."));
      }
    }
    return runAlways(step);
  }

  /** Runs a step in its turn, however many wait: for the few that keep things in order. */
  <T> CompletableFuture<T> runAlways(Supplier<CompletableFuture<T>> step) {
    CompletableFuture<@Nullable Void> turn = new CompletableFuture<>();
    CompletableFuture<@Nullable Void> before;
    synchronized (this) {
      before = last;
      last = turn;
      waiting++;
    }
    CompletableFuture<T> result =
        before == null ? start(step) : before.thenCompose(done -> start(step));
    CompletableFuture<?> unused = result.whenComplete((value, failure) -> end(turn));
    return result;
  }

  private void end(CompletableFuture<@Nullable Void> turn) {
    synchronized (this) {
      waiting--;
      if (last == turn) {
        last = null;
      }
    }
    turn.complete(null);
  }

  private static <T> CompletableFuture<T> start(Supplier<CompletableFuture<T>> step) {
    try {
      return step.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
