// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.server.internal.revocation.Attempt;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one session has of one channel. Guarded by its {@link Subscriptions}, but for the order of
 * its steps.
 */
final class Place {
  /** Subscribing that is under way. */
  final Set<Attempt> attempts = new HashSet<>();

  /** What the session hears by; null when it is not subscribed. */
  @Nullable ChannelSubscriber current;

  /** Whether it counts among the session's subscriptions. */
  boolean counted;

  private CompletableFuture<?> lastStep = CompletableFuture.completedFuture(null);

  /** A turn behind all that were taken before. */
  Turn takeTurn() {
    Turn turn = new Turn(lastStep);
    lastStep = turn.over;
    return turn;
  }

  boolean isIdle() {
    return attempts.isEmpty() && current == null && lastStep.isDone();
  }

  /** When something may be done at the hub. Run without the lock. */
  static final class Turn {
    private final CompletableFuture<?> before;
    private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();

    private Turn(CompletableFuture<?> before) {
      this.before = before;
    }

    /** Does it when those before are over; once. */
    <T extends @Nullable Object> CompletableFuture<T> run(Supplier<CompletableFuture<T>> step) {
      return before
          .thenCompose(done -> step.get())
          .whenComplete((value, failure) -> over.complete(null));
    }
  }
}
