// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.server.internal.revocation.Attempt;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one session has of one collection. Guarded by its {@link Subscriptions}, but for the order
 * of its steps.
 */
final class Place {
  /** Subscribing that is under way. */
  final Set<Attempt> attempts = new HashSet<>();

  /** What the session follows by; null when it is not subscribed. */
  @Nullable Following current;

  /** Whether it counts among the session's subscriptions. */
  boolean counted;

  private CompletableFuture<?> lastStep = CompletableFuture.completedFuture(null);

  /** A subscriber, and what it follows. */
  record Following(CollectionSubscriber subscriber, Views.Use use) {}

  boolean isIdle() {
    return attempts.isEmpty() && current == null && lastStep.isDone();
  }

  /** A turn behind all that were taken before. */
  Turn takeTurn() {
    Turn turn = new Turn(lastStep);
    lastStep = turn.over;
    return turn;
  }

  /** When something may be done at views. Run without the lock. */
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
