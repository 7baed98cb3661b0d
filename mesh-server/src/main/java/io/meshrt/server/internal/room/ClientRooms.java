// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.membership.MembershipFeature;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.internal.roster.Roster;
import io.meshrt.server.internal.session.Session;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What clients may do with rooms, for those who speak another protocol: the same checks, members
 * and messages. Thread-safe, never blocks.
 */
public final class ClientRooms {
  private final RoomExposures exposures;
  private final Roster roster;
  private final MembershipFeature memberships;
  private final RoomSending sending;

  ClientRooms(
      RoomExposures exposures, Roster roster, MembershipFeature memberships, RoomSending sending) {
    this.exposures = exposures;
    this.roster = roster;
    this.memberships = memberships;
    this.sending = sending;
  }

  /**
   * Makes a session a member of the rooms that are remembered for its identity, or under a name of
   * the protocol's own; from now on its rooms are remembered there.
   */
  public CompletableFuture<?> restore(Session session, Optional<String> name) {
    return memberships.restoreForeign(session, name);
  }

  /** Joins, to be remembered where that is possible. Fails with {@code EACCESS} if refused. */
  public CompletableFuture<?> join(Session session, String room) {
    return exposures
        .rooms()
        .admits(session, room)
        .thenCompose(admitted -> admitted ? enter(session, room) : refused());
  }

  private CompletableFuture<Boolean> enter(Session session, String room) {
    return memberships.isPersistent(room) && memberships.hasKey(session)
        ? memberships.join(session, room).thenApply(token -> true)
        : roster.join(session, RoomMirror.group(room));
  }

  /** Leaves, and has it forgotten. */
  public CompletableFuture<?> leave(Session session, String room) {
    return memberships
        .leave(session, room, false)
        .orElseGet(() -> roster.leave(session, RoomMirror.group(room)));
  }

  /** Leaves all rooms and forgets none; nothing is remembered until the next {@link #restore}. */
  public CompletableFuture<?> suspend(Session session) {
    return memberships
        .suspend(session)
        .thenCompose(done -> roster.leaveAll(session, RoomReader.KIND));
  }

  /**
   * Sends to the members of a room, the sender too.
   *
   * @param more members of the push that only some protocols know; null for none
   */
  public CompletableFuture<?> send(
      Session session, String room, JsonNode message, @Nullable ObjectNode more) {
    return sending.send(session, room, message, true, more);
  }

  private static CompletableFuture<Boolean> refused() {
    return CompletableFuture.failedFuture(CommandException.accessDenied("No access to the room."));
  }
}
