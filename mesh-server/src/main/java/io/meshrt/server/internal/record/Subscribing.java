// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.LeaseTerm;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.command.Answer;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.RecordShapes;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.record.Subscription.Admission;
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
 *
 * While other nodes may have counted this one as gone, they did not wait for it to end what they
 * revoked. So what is heard then, or after that, waits until the guard was asked again.
 */
/** Makes sessions follow records: nothing is missing behind the reply, and nothing comes twice. */
final class Subscribing {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Exposures<Boolean> readable;
  private final Subscriptions subscriptions;
  private final Terms terms;
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
      Terms terms,
      Scheduler scheduler,
      Executor executor,
      Duration grace) {
    this.readable = readable;
    this.subscriptions = subscriptions;
    this.terms = terms;
    this.scheduler = scheduler;
    this.executor = executor;
    this.grace = grace;
  }

  /** Subscribes, in the place of what the session has; ends that when it is refused. */
  CompletionStage<Answer> subscribe(Wish wish) {
    Attempt attempt = subscriptions.begin(wish.session(), wish.id());
    Admission admission = new Admission(terms.now(), this::admitAgain);
    return readable
        .admits(wish.session(), wish.id())
        .thenCompose(admitted -> admitted ? open(attempt, wish, admission) : refuse(wish))
        .thenApplyAsync(begun -> answer(attempt, wish, begun, admission.term()), executor)
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                subscriptions.finish(wish.session(), wish.id(), attempt);
              }
            });
  }

  private CompletableFuture<Begun> open(Attempt attempt, Wish wish, Admission admission) {
    return attempt.isRevoked()
        ? CompletableFuture.failedFuture(refusal())
        : subscriptions.open(attempt, wish, admission);
  }

  private CompletableFuture<Begun> refuse(Wish wish) {
    return subscriptions
        .end(wish.session(), wish.id(), false)
        .thenCompose(ended -> CompletableFuture.failedFuture(refusal()));
  }

  private Answer answer(Attempt attempt, Wish wish, Begun begun, long term) {
    RawJson payload;
    try {
      payload = payload(wish.generation(), begun.snapshot(), wish.known());
      terms.requireUnbroken(term);
      if (!attempt.tryAnswer()) {
        throw refusal();
      }
    } catch (RuntimeException e) {
      subscriptions.giveUp(begun.subscription(), false);
      throw e;
    }
    return new Answer(
        payload,
        sent -> {
          if (sent) {
            release(begun.subscription());
          } else {
            subscriptions.giveUp(begun.subscription(), false);
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

  private void admitAgain(Subscription subscription) {
    long now = terms.now();
    if (subscription.isEnded()) {
      return;
    }
    if (LeaseTerm.isLapsed(now)) {
      scheduler.schedule(() -> admitAgain(subscription), RETRY);
      return;
    }
    GroupSubscriber subscriber = subscription.subscriber();
    CompletableFuture<?> unused =
        readable
            .admits(subscriber.session(), subscription.id())
            .handle(
                (admitted, failure) -> {
                  if (failure == null && admitted) {
                    subscriber.resume(subscription, now);
                  } else {
                    subscriptions.giveUp(subscription, true);
                  }
                  return true;
                });
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
