// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.channel.ChannelRequests.Message;
import io.meshrt.server.internal.channel.ChannelRequests.Wanted;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.ChannelShapes;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What clients may ask of channels; each request is checked anew. */
final class ChannelCommands {
  private final ChannelRequests requests;
  private final Exposures<Boolean> readable;
  private final Exposures<Boolean> publishable;
  private final Subscribing subscribing;
  private final Subscriptions subscriptions;
  private final Histories histories;
  private final Publishing publishing;

  /**
   * Not registered.
   *
   * @param publishable each with whether a publisher hears itself
   */
  ChannelCommands(
      ChannelRequests requests,
      Exposures<Boolean> readable,
      Exposures<Boolean> publishable,
      Subscribing subscribing,
      Subscriptions subscriptions,
      Histories histories,
      Publishing publishing) {
    this.requests = requests;
    this.readable = readable;
    this.publishable = publishable;
    this.subscribing = subscribing;
    this.subscriptions = subscriptions;
    this.histories = histories;
    this.publishing = publishing;
  }

  /** Registers them; what names the personal channel is handed on, by clients that know it. */
  void registerIn(Commands commands, PersonalChannel personal) {
    commands.registerBuiltIn(
        "subscribe-channel", (session, request) -> subscribe(session, request, personal));
    commands.registerBuiltIn(
        "unsubscribe-channel", (session, request) -> unsubscribe(session, request, personal));
    commands.registerBuiltIn(
        "get-channel-history", (session, request) -> history(session, request, personal));
    commands.registerBuiltIn("publish-channel", this::publish);
  }

  /** Whether a channel is the personal one; fails if the client cannot have one. */
  private static boolean isPersonal(String channel, Request request) {
    if (!channel.equals(ChannelShapes.INBOX)) {
      return false;
    }
    if (request.generation() != Generation.V1) {
      throw Subscribing.refusal();
    }
    return true;
  }

  private CompletionStage<?> subscribe(Session session, Request request, PersonalChannel personal) {
    Wanted wanted = requests.subscription(request);
    if (isPersonal(wanted.channel(), request)) {
      return personal.subscribe(session, request);
    }
    Generation generation = request.generation();
    boolean continues = wanted.limit() == 0 && generation != Generation.V1;
    return subscribing.subscribe(
        session, generation, wanted.channel(), continues, () -> histories.read(wanted, generation));
  }

  private CompletionStage<?> unsubscribe(
      Session session, Request request, PersonalChannel personal) {
    String channel = requests.channel(request);
    return isPersonal(channel, request)
        ? personal.unsubscribe(session, request)
        : subscriptions.end(session, channel, false);
  }

  private CompletionStage<?> history(Session session, Request request, PersonalChannel personal) {
    Wanted wanted = requests.history(request);
    if (isPersonal(wanted.channel(), request)) {
      return personal.history(session, request);
    }
    return ifAdmitted(
        readable,
        session,
        wanted.channel(),
        () ->
            histories
                .read(wanted, request.generation())
                .thenApply(page -> page.payload(request.generation())));
  }

  private CompletionStage<?> publish(Session session, Request request) {
    Message message = requests.message(request);
    String channel = message.channel();
    if (isPersonal(channel, request)) {
      throw Subscribing.refusal(); // the application alone writes there
    }
    return ifAdmitted(
        publishable,
        session,
        channel,
        () -> {
          boolean echo = publishable.settings(channel).orElse(true);
          Payload payload = new Payload(message.message(), echo ? null : session.id());
          Optional<String> id = Optional.ofNullable(message.id()).map(own -> idOf(session, own));
          return publishing
              .publish(channel, payload, Optional.empty(), id)
              .thenApply(ChannelCommands::published);
        });
  }

  /**
   * Unlike those of applications and of other identities. Clients without one share theirs, so that
   * they may repeat themselves on another connection.
   */
  private static String idOf(Session session, String id) {
    String who = session.identity().map(identity -> identity.id()).orElse("");
    byte[] both = (who.length() + " " + who + id).getBytes(StandardCharsets.UTF_8);
    return "client-" + UUID.nameUUIDFromBytes(both);
  }

  private static RawJson published(Position position) {
    String where =
        position.isNumbered()
            ? ",\"epoch\":"
                + RawJson.ofString(position.epoch())
                + ",\"offset\":"
                + position.offset()
            : "";
    return RawJson.ofValid(("{\"success\":true" + where + "}").getBytes(StandardCharsets.UTF_8));
  }

  private static <T> CompletionStage<T> ifAdmitted(
      Exposures<Boolean> exposures,
      Session session,
      String channel,
      Supplier<? extends CompletionStage<T>> action) {
    return exposures
        .admits(session, channel)
        .thenCompose(
            admitted -> {
              CommandException refusal = Subscribing.refusal();
              return admitted ? action.get() : CompletableFuture.failedFuture(refusal);
            });
  }
}
