// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.LeaseTerm;
import io.meshrt.server.internal.command.Answer;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.revocation.Attempt;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * The order of things:
 *
 *   attempt begins     from here on a revocation is noticed
 *   guard              asked with what the application knows now
 *   hub                the node listens, the session's I/O thread has the subscriber, who holds
 *                      everything back
 *   read               begun after that: what is not in it, is with the subscriber or will be
 *   reply              by the command
 *   release            on the I/O thread, behind the reply: what is newer than what was read
 *
 * While other nodes may have counted this one as gone, they did not wait for it to end what they
 * revoked. So what is heard then, or after that, waits until the guard was asked again.
 */
/** Makes sessions subscribers: nothing is missing behind the reply, and nothing comes twice. */
final class Subscribing {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Admission admission;
  private final Naming naming;
  private final Subscriptions subscriptions;
  private final LongSupplier term;
  private final Scheduler scheduler;

  /**
   * Nobody is subscribed.
   *
   * @param naming of the channels
   * @param term of the node, as {@code Cluster#term}
   */
  Subscribing(
      Admission admission,
      Naming naming,
      Subscriptions subscriptions,
      LongSupplier term,
      Scheduler scheduler) {
    this.admission = admission;
    this.naming = naming;
    this.subscriptions = subscriptions;
    this.term = term;
    this.scheduler = scheduler;
  }

  /** Who may hear a channel. */
  interface Admission {
    /** Whether a session may; never fails. */
    CompletableFuture<Boolean> admits(Session session, String channel);
  }

  /**
   * Subscribes, in the place of what the session has; ends that when it is refused.
   *
   * @param continues whether it is to go on where what it takes the place of has come to
   * @param past reads what the session is answered with
   */
  CompletionStage<Answer> subscribe(
      Session session,
      Generation generation,
      String channel,
      boolean continues,
      Supplier<CompletableFuture<HistoryPage>> past) {
    Attempt attempt = subscriptions.begin(session, channel);
    long begun = term.getAsLong();
    ChannelSubscriber subscriber =
        new ChannelSubscriber(
            session, generation, channel, naming.shown(channel), begun, this::admitAgain);
    return admission
        .admits(session, channel)
        .thenCompose(
            admitted -> admitted ? open(attempt, subscriber, continues) : refuse(subscriber))
        .thenCompose(done -> past.get())
        .thenApply(page -> answer(attempt, begun, subscriber, page))
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                subscriptions.giveUp(subscriber, false);
                subscriptions.finish(session, channel, attempt);
              }
            });
  }

  private CompletableFuture<@Nullable Void> open(
      Attempt attempt, ChannelSubscriber subscriber, boolean continues) {
    return attempt.isRevoked()
        ? Subscribing.<@Nullable Void>refused()
        : subscriptions.open(attempt, subscriber, continues);
  }

  private CompletableFuture<@Nullable Void> refuse(ChannelSubscriber subscriber) {
    return subscriptions
        .end(subscriber.session(), subscriber.channel(), false)
        .thenCompose(ended -> Subscribing.<@Nullable Void>refused());
  }

  private Answer answer(
      Attempt attempt, long begun, ChannelSubscriber subscriber, HistoryPage page) {
    if (term.getAsLong() != begun || LeaseTerm.isLapsed(begun)) {
      throw CommandException.unavailable("The cluster could not be reached.");
    }
    if (!attempt.tryAnswer()) {
      throw refusal();
    }
    return new Answer(
        page.payload(subscriber.generation()),
        sent -> {
          if (sent) {
            subscriber.release(page.head());
          } else {
            subscriptions.giveUp(subscriber, false);
          }
          subscriptions.finish(subscriber.session(), subscriber.channel(), attempt);
        });
  }

  private void admitAgain(ChannelSubscriber subscriber) {
    long now = term.getAsLong();
    if (subscriber.isEnded()) {
      return;
    }
    if (LeaseTerm.isLapsed(now)) {
      scheduler.schedule(() -> admitAgain(subscriber), RETRY);
      return;
    }
    CompletableFuture<?> unused =
        admission
            .admits(subscriber.session(), subscriber.channel())
            .handle(
                (admitted, failure) -> {
                  if (failure == null && admitted) {
                    subscriber.resume(now);
                  } else {
                    subscriptions.giveUp(subscriber, true);
                  }
                  return true;
                });
  }

  private static <T extends @Nullable Object> CompletableFuture<T> refused() {
    return CompletableFuture.failedFuture(refusal());
  }

  static CommandException refusal() {
    return CommandException.accessDenied("No access to this channel.");
  }
}
