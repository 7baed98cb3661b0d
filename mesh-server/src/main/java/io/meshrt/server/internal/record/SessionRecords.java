// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.server.internal.revocation.Attempt;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one session has of records. Guarded by its {@link Subscriptions}, but for the order of its
 * steps.
 */
final class SessionRecords {
  final Map<String, Place> places = new HashMap<>();

  /** By the name of the group. */
  final Map<String, Member> members = new HashMap<>();

  long nextGroupNumber = 1;

  private CompletableFuture<?> lastStep = CompletableFuture.completedFuture(null);

  /** One record. */
  static final class Place {
    /** Subscribing that is under way. */
    final Set<Attempt> attempts = new HashSet<>();

    /** What the session follows it by; null when it does not. */
    @Nullable Subscription current;

    /** Whether it counts among the session's subscriptions. */
    boolean counted;

    boolean isIdle() {
      return attempts.isEmpty() && current == null;
    }
  }

  /** The session among the subscribers of a group. */
  static final class Member {
    final GroupSubscriber subscriber;
    final RecordGroup group;

    /** Subscriptions it is there for. */
    int users;

    Member(GroupSubscriber subscriber, RecordGroup group) {
      this.subscriber = subscriber;
      this.group = group;
    }
  }

  /** A turn behind all that were taken before. */
  Turn takeTurn() {
    Turn turn = new Turn(lastStep);
    lastStep = turn.over;
    return turn;
  }

  boolean isIdle() {
    return places.isEmpty() && members.isEmpty() && lastStep.isDone();
  }

  /** When something may be done about groups. Run without the lock. */
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
