// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.channel.ChannelRequests.Wanted;
import io.meshrt.server.internal.command.Answer;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.revocation.Attempt;
import io.meshrt.server.internal.session.Session;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
 */
/** Makes sessions subscribers: nothing is missing behind the reply, and nothing comes twice. */
final class Subscribing {
  private final Exposures<Boolean> exposures;
  private final Subscriptions subscriptions;
  private final Histories histories;

  Subscribing(Exposures<Boolean> exposures, Subscriptions subscriptions, Histories histories) {
    this.exposures = exposures;
    this.subscriptions = subscriptions;
    this.histories = histories;
  }

  /** Subscribes, in the place of what the session has; ends that when it is refused. */
  CompletionStage<Answer> subscribe(Session session, Generation generation, Wanted wanted) {
    String channel = wanted.channel();
    Attempt attempt = subscriptions.begin(session, channel);
    ChannelSubscriber subscriber = new ChannelSubscriber(session, generation, channel);
    return exposures
        .admits(session, channel)
        .thenCompose(admitted -> admitted ? open(attempt, subscriber, wanted) : refuse(subscriber))
        .thenCompose(done -> histories.read(wanted, generation))
        .thenApply(page -> answer(attempt, subscriber, page))
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                subscriptions.giveUp(subscriber);
                subscriptions.finish(session, channel, attempt);
              }
            });
  }

  private CompletableFuture<@Nullable Void> open(
      Attempt attempt, ChannelSubscriber subscriber, Wanted wanted) {
    boolean continues = wanted.limit() == 0 && subscriber.generation() != Generation.V1;
    return attempt.isRevoked()
        ? Subscribing.<@Nullable Void>refused()
        : subscriptions.open(attempt, subscriber, continues);
  }

  private CompletableFuture<@Nullable Void> refuse(ChannelSubscriber subscriber) {
    return subscriptions
        .end(subscriber.session(), subscriber.channel(), false)
        .thenCompose(ended -> Subscribing.<@Nullable Void>refused());
  }

  private Answer answer(Attempt attempt, ChannelSubscriber subscriber, HistoryPage page) {
    if (!attempt.tryAnswer()) {
      throw refusal();
    }
    return new Answer(
        page.payload(subscriber.generation()),
        sent -> {
          if (sent) {
            subscriber.release(page.head());
          } else {
            subscriptions.giveUp(subscriber);
          }
          subscriptions.finish(subscriber.session(), subscriber.channel(), attempt);
        });
  }

  private static <T extends @Nullable Object> CompletableFuture<T> refused() {
    return CompletableFuture.failedFuture(refusal());
  }

  static CommandException refusal() {
    return CommandException.accessDenied("No access to this channel.");
  }
}
