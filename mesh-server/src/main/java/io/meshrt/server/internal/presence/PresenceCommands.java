// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.presence.PresenceOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What clients may ask of presence; each request is checked anew. */
final class PresenceCommands {
  private final PresenceRequests requests;
  private final Exposures<PresenceOptions> tracked;
  private final Subscribing subscribing;
  private final Subscriptions subscriptions;
  private final OwnStates states;
  private final TimesToLive timesToLive;
  private final Members members;
  private final StateLimit limit;

  PresenceCommands(
      PresenceRequests requests,
      Exposures<PresenceOptions> tracked,
      Subscribing subscribing,
      Subscriptions subscriptions,
      OwnStates states,
      TimesToLive timesToLive,
      Members members,
      StateLimit limit) {
    this.requests = requests;
    this.tracked = tracked;
    this.subscribing = subscribing;
    this.subscriptions = subscriptions;
    this.states = states;
    this.timesToLive = timesToLive;
    this.members = members;
    this.limit = limit;
  }

  void registerIn(Commands commands) {
    commands.registerBuiltIn("subscribe-presence", this::subscribe);
    commands.registerBuiltIn("unsubscribe-presence", this::unsubscribe);
    commands.registerBuiltIn("publish-presence-state", this::publish);
    commands.registerBuiltIn("clear-presence-state", this::clear);
    commands.registerBuiltIn("get-presence-state", this::read);
  }

  private CompletionStage<?> subscribe(Session session, Request request) {
    String room = requests.room(request);
    return tracked
        .admits(session, room)
        .thenCompose(
            admitted ->
                admitted
                    ? subscribing.subscribe(session, request.generation(), room)
                    : subscriptions.end(session, room).thenCompose(ended -> refused()));
  }

  private CompletionStage<?> unsubscribe(Session session, Request request) {
    return subscriptions.end(session, requests.room(request));
  }

  private CompletionStage<?> publish(Session session, Request request) {
    PresenceRequests.Publication publication = requests.publication(request);
    limit.check(publication.state());
    return ifAdmitted(
        session,
        publication.room(),
        () -> {
          // Who speaks is there.
          timesToLive.onHeard(session);
          return states
              .publish(
                  session,
                  publication.room(),
                  publication.state(),
                  publication.expireAfter(),
                  publication.silent(),
                  true)
              .thenApply(PresenceCommands::ofMember);
        });
  }

  private CompletionStage<?> clear(Session session, Request request) {
    String room = requests.room(request);
    return ifAdmitted(
        session,
        room,
        () -> {
          timesToLive.onHeard(session);
          return states.clear(session, room, true).thenApply(PresenceCommands::ofMember);
        });
  }

  private CompletionStage<?> read(Session session, Request request) {
    String room = requests.room(request);
    return ifAdmitted(
        session,
        room,
        () ->
            members
                .members(RoomMirror.group(room))
                .thenApply(snapshot -> PresenceJson.ids(PresenceRoom.present(snapshot.members()))));
  }

  private <T> CompletionStage<T> ifAdmitted(
      Session session, String room, Supplier<? extends CompletionStage<T>> action) {
    return tracked
        .admits(session, room)
        .thenCompose(admitted -> admitted ? action.get() : refused());
  }

  private static <T> CompletableFuture<T> refused() {
    return CompletableFuture.failedFuture(
        CommandException.accessDenied("No access to the presence of this room."));
  }

  private static RawJson ofMember(boolean isMember) {
    if (!isMember) {
      throw CommandException.notFound("Not a member of this room.");
    }
    return RawJson.TRUE;
  }
}
