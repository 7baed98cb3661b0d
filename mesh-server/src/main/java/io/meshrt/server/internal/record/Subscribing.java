// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.command.Answer;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.RecordShapes;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.record.Subscriptions.Begun;
import io.meshrt.server.internal.record.Subscriptions.Wish;
import io.meshrt.server.internal.revocation.Attempt;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/*
 * The order of things:
 *
 *   attempt begins     from here on a revocation is noticed
 *   guard              asked with what the application knows now
 *   group              the node listens, the session's I/O thread has the subscriber
 *   snapshot           taken in the lane of the group: every batch behind it reaches the subscriber,
 *                      which holds it back
 *   reply              by the command
 *   release            on the I/O thread, behind the reply; for the family's clients 20 ms later
 */
/** Makes sessions follow records: nothing is missing behind the reply, and nothing comes twice. */
final class Subscribing {
  private final Exposures<Boolean> readable;
  private final Subscriptions subscriptions;
  private final Scheduler scheduler;
  private final Executor executor;
  private final Duration grace;

  /**
   * Nobody subscribes yet.
   *
   * @param executor values are written as JSON there
   * @param grace how long pushes are held behind the reply for clients that would miss them
   */
  Subscribing(
      Exposures<Boolean> readable,
      Subscriptions subscriptions,
      Scheduler scheduler,
      Executor executor,
      Duration grace) {
    this.readable = readable;
    this.subscriptions = subscriptions;
    this.scheduler = scheduler;
    this.executor = executor;
    this.grace = grace;
  }

  /**
   * Subscribes, in the place of what the session has; ends that when it is refused.
   *
   * @param known the version the client has, null if none
   */
  CompletionStage<Answer> subscribe(Wish wish, @Nullable Version known) {
    Attempt attempt = subscriptions.begin(wish.session(), wish.id());
    return readable
        .admits(wish.session(), wish.id())
        .thenCompose(admitted -> admitted ? open(attempt, wish) : refuse(wish))
        .thenApplyAsync(begun -> answer(attempt, wish, begun, known), executor)
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                subscriptions.finish(wish.session(), wish.id(), attempt);
              }
            });
  }

  private CompletableFuture<Begun> open(Attempt attempt, Wish wish) {
    return attempt.isRevoked()
        ? CompletableFuture.failedFuture(refusal())
        : subscriptions.open(attempt, wish);
  }

  private CompletableFuture<Begun> refuse(Wish wish) {
    return subscriptions
        .end(wish.session(), wish.id(), false)
        .thenCompose(ended -> CompletableFuture.failedFuture(refusal()));
  }

  private Answer answer(Attempt attempt, Wish wish, Begun begun, @Nullable Version known) {
    RawJson payload;
    try {
      payload = payload(wish.generation(), begun.snapshot(), known);
      if (!attempt.tryAnswer()) {
        throw refusal();
      }
    } catch (RuntimeException e) {
      subscriptions.giveUp(begun.subscription());
      throw e;
    }
    return new Answer(
        payload,
        sent -> {
          if (sent) {
            release(begun.subscription());
          } else {
            subscriptions.giveUp(begun.subscription());
          }
          subscriptions.finish(wish.session(), wish.id(), attempt);
        });
  }

  static RawJson payload(Generation generation, RecordState state, @Nullable Version known) {
    Version version = state.version();
    boolean has = generation == Generation.V1 && version.equals(known);
    return RecordShapes.value(
        generation, has ? null : state.json(), version.number(), version.stamp());
  }

  private void release(Subscription subscription) {
    GroupSubscriber subscriber = subscription.subscriber();
    if (subscription.generation().registersAfterReply() && !grace.isZero()) {
      scheduler.schedule(() -> subscriber.release(subscription), grace);
    } else {
      subscriber.release(subscription);
    }
  }

  static CommandException refusal() {
    return CommandException.accessDenied("No access to this record.");
  }
}
