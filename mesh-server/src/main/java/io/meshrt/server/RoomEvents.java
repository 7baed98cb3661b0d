// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.internal.room.MembershipListener;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;

/**
 * Tells of joins and leaves, each once also when a node registers its sessions anew. What a session
 * is in when it closes is told as left then: the roster may still wait for the cluster.
 */
final class RoomEvents implements MembershipListener, SessionListener {
  private final Told told;
  private final BiConsumer<Session, String> end;

  /** The sets are changed under the lock of their entry only. */
  private final ConcurrentMap<Session, Set<String>> rooms = new ConcurrentHashMap<>();

  /** Who is told. */
  @FunctionalInterface
  interface Told {
    /** A session is in a room, or no more. */
    void onRoom(Session session, String room, boolean joined);
  }

  /**
   * Joins and leaves.
   *
   * @param end told of the leaves of a session that closes, of all its rooms at once
   */
  RoomEvents(Told told, BiConsumer<Session, String> end) {
    this.told = told;
    this.end = end;
  }

  @Override
  public void onJoined(Session session, String room) {
    rooms.compute(
        session,
        (same, known) -> {
          if (!session.isOpen()) {
            return known;
          }
          Set<String> in = known == null ? ConcurrentHashMap.newKeySet() : known;
          if (in.add(room)) {
            told.onRoom(session, room, true);
          }
          return in;
        });
  }

  @Override
  public void afterLeave(Session session, String room) {
    rooms.computeIfPresent(
        session,
        (same, in) -> {
          if (in.remove(room)) {
            told.onRoom(session, room, false);
          }
          return in.isEmpty() ? null : in;
        });
  }

  /** Who is told of the end too hears of the leaves first, if it was added later. */
  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    rooms.computeIfPresent(
        session,
        (same, in) -> {
          in.forEach(room -> end.accept(session, room));
          return null;
        });
  }
}
