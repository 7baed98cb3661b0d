// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.cluster.LeaseTerm;
import io.meshrt.server.internal.command.Answer;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.revocation.Attempt;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/*
 * The order of things:
 *
 *   attempt begins     from here on a revocation is noticed
 *   guard              asked with what the application knows now
 *   view               the node listens, the records were read, the session's I/O thread has the
 *                      subscriber, who holds everything back
 *   reply              by the command, with the state the view has then, or the first page of it
 *   release            on the I/O thread, behind the reply: the other pages, and what has changed;
 *                      for the family's clients 20 ms later
 *
 * While other nodes may have counted this one as gone, they did not wait for it to end what they
 * revoked. So what is found then, or after that, waits until the guard was asked again.
 */
/** Makes sessions follow collections: nothing is missing behind the reply. */
final class Subscribing {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Exposures<Spec> exposures;
  private final Subscriptions subscriptions;
  private final Tools tools;

  /**
   * What sessions subscribe with.
   *
   * @param executor replies are written there
   * @param term of the node
   * @param grace how long pushes are held behind the reply for clients that would miss them
   */
  record Tools(
      Paging paging, LongSupplier term, Scheduler scheduler, Executor executor, Duration grace) {}

  /** Nobody is subscribed. */
  Subscribing(Exposures<Spec> exposures, Subscriptions subscriptions, Tools tools) {
    this.exposures = exposures;
    this.subscriptions = subscriptions;
    this.tools = tools;
  }

  /** Subscribes, in the place of what the session has; ends that when it is refused. */
  CompletionStage<Answer> subscribe(Session session, Generation generation, String collection) {
    Attempt attempt = subscriptions.begin(session, collection);
    long begun = tools.term().getAsLong();
    CollectionSubscriber subscriber =
        new CollectionSubscriber(
            session, generation, collection, tools.paging(), begun, this::admitAgain);
    return exposures
        .admits(session, collection)
        .thenCompose(admitted -> open(attempt, subscriber, admitted))
        .thenApplyAsync(state -> answer(attempt, begun, subscriber, state), tools.executor())
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                subscriptions.giveUp(subscriber, null);
                subscriptions.finish(session, collection, attempt);
              }
            });
  }

  private CompletableFuture<CollectionState> open(
      Attempt attempt, CollectionSubscriber subscriber, boolean admitted) {
    Optional<Spec> spec = exposures.settings(subscriber.collection());
    if (!admitted || spec.isEmpty()) {
      return subscriptions
          .end(subscriber.session(), subscriber.collection(), false)
          .thenCompose(ended -> CompletableFuture.failedFuture(refusal()));
    }
    return attempt.isRevoked()
        ? CompletableFuture.failedFuture(refusal())
        : subscriptions.open(attempt, subscriber, spec.get());
  }

  private Answer answer(
      Attempt attempt, long begun, CollectionSubscriber subscriber, CollectionState state) {
    Telling opening =
        state.opening(subscriber.collection(), subscriber.generation(), tools.paging());
    if (tools.term().getAsLong() != begun || LeaseTerm.isLapsed(begun)) {
      throw CommandException.unavailable("The cluster could not be reached.");
    }
    if (!attempt.tryAnswer()) {
      throw refusal();
    }
    return new Answer(
        opening.reply(),
        sent -> {
          if (sent) {
            release(subscriber, state, opening);
          } else {
            subscriptions.giveUp(subscriber, null);
          }
          subscriptions.finish(subscriber.session(), subscriber.collection(), attempt);
        });
  }

  private void release(CollectionSubscriber subscriber, CollectionState state, Telling opening) {
    if (subscriber.generation().registersAfterReply() && !tools.grace().isZero()) {
      tools.scheduler().schedule(() -> subscriber.release(state, opening), tools.grace());
    } else {
      subscriber.release(state, opening);
    }
  }

  private void admitAgain(CollectionSubscriber subscriber) {
    long now = tools.term().getAsLong();
    if (subscriber.isEnded()) {
      return;
    }
    if (LeaseTerm.isLapsed(now)) {
      tools.scheduler().schedule(() -> admitAgain(subscriber), RETRY);
      return;
    }
    CompletableFuture<?> unused =
        exposures
            .admits(subscriber.session(), subscriber.collection())
            .handle(
                (admitted, failure) -> {
                  if (failure == null && admitted) {
                    subscriber.resume(now);
                  } else {
                    subscriptions.giveUp(subscriber, ErrorCode.ACCESS_DENIED.wire());
                  }
                  return true;
                });
  }

  static CommandException refusal() {
    return CommandException.accessDenied("No access to this collection.");
  }
}
