// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.command.Answer;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Fields;
import io.meshrt.server.internal.membership.MembershipFeature;
import io.meshrt.server.internal.membership.Restored;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.internal.roster.Roster;
import io.meshrt.server.internal.session.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** How clients join and leave, and ask for what is remembered; each request is checked anew. */
final class MembershipCommands {
  private static final Map<String, Boolean> SUCCESS = Map.of("success", true);

  private final RoomExposures exposures;
  private final Roster roster;
  private final MembershipFeature memberships;
  private final RoomReader reader;
  private final HandlerThreads threads;
  private final JsonValues json;

  MembershipCommands(
      RoomExposures exposures,
      Roster roster,
      MembershipFeature memberships,
      RoomReader reader,
      HandlerThreads threads,
      JsonValues json) {
    this.exposures = exposures;
    this.roster = roster;
    this.memberships = memberships;
    this.reader = reader;
    this.threads = threads;
    this.json = json;
  }

  /** Someone in the room, as clients read it. */
  private record Present(String id, RawJson metadata) {}

  void registerIn(Commands commands) {
    commands.registerBuiltIn("join-room", this::join);
    commands.registerBuiltIn("leave-room", this::leave);
    commands.registerBuiltIn("restore-rooms", this::restore);
  }

  private CompletionStage<?> join(Session session, Request request) {
    Fields fields = Fields.of(request, json);
    String room = fields.name("roomName");
    // Older clients may have members of their own making there.
    boolean persist = session.dialect().strict() && fields.flag("persist");
    return exposures
        .rooms()
        .admits(session, room)
        .thenCompose(admitted -> admitted ? enter(session, room, persist) : noAccess())
        // A long list is written on a handler thread.
        .thenCompose(
            token ->
                threads
                    .handOver(reader.present(room))
                    .thenApply(present -> joined(present, token)));
  }

  private CompletableFuture<Optional<String>> enter(Session session, String room, boolean persist) {
    if (!persist) {
      return roster
          .join(session, RoomMirror.group(room))
          .thenApply(joined -> Optional.<String>empty());
    }
    return memberships.isPersistent(room)
        ? memberships.join(session, room)
        : CompletableFuture.failedFuture(
            CommandException.accessDenied("Memberships of this room are not remembered."));
  }

  private static Map<String, Object> joined(
      List<RoomReader.Present> present, Optional<String> token) {
    Map<String, Object> reply = new LinkedHashMap<>();
    reply.put("success", true);
    reply.put("present", present.stream().map(MembershipCommands::told).toList());
    token.ifPresent(issued -> reply.put("token", issued));
    return reply;
  }

  private static Present told(RoomReader.Present present) {
    RawJson metadata = present.metadata();
    return new Present(present.id(), metadata == null ? RawJson.NULL : metadata);
  }

  private CompletionStage<?> leave(Session session, Request request) {
    Fields fields = Fields.of(request, json);
    String room = fields.name("roomName");
    boolean here = session.dialect().strict() && fields.flag("thisConnectionOnly");
    CompletableFuture<?> left =
        memberships
            .leave(session, room, here)
            .orElseGet(() -> roster.leave(session, RoomMirror.group(room)));
    return left.thenApply(done -> SUCCESS);
  }

  private CompletionStage<?> restore(Session session, Request request) {
    Fields fields = Fields.of(request, json);
    Optional<String> token = fields.text("token");
    if (!token.map(MembershipFeature::isToken).orElse(true)) {
      throw fields.unfit("token", "none of a server's");
    }
    return memberships.restore(session, token).thenApply(MembershipCommands::answer);
  }

  /** Changes are told behind the reply. */
  private static Answer answer(Restored restored) {
    Map<String, Object> reply = new LinkedHashMap<>();
    reply.put("success", true);
    reply.put("rooms", restored.rooms());
    reply.put("refused", restored.refused());
    reply.put("known", restored.known());
    return new Answer(reply, replied -> restored.begin().run());
  }

  private static <T extends @Nullable Object> CompletableFuture<T> noAccess() {
    return CompletableFuture.failedFuture(CommandException.accessDenied("No access to the room."));
  }
}
