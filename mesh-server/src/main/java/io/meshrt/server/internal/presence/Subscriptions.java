// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.session.Session;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Which session hears of which room. Each entry has a place among the session's subscriptions and
 * keeps its room followed. Thread-safe; changes of one session come one by one, but for its end.
 */
final class Subscriptions {
  private final PresenceRooms rooms;
  private final SubscriptionCounts counts;

  // Guarded by this.
  private final Map<Session, Map<String, PresenceSubscriber>> sessions = new HashMap<>();

  Subscriptions(PresenceRooms rooms, SubscriptionCounts counts) {
    this.rooms = rooms;
    this.counts = counts;
  }

  /** Takes a place for a subscription, unless there is one to be replaced; tells whether it did. */
  boolean reserve(Session session, String room) {
    synchronized (this) {
      if (sessions.getOrDefault(session, Map.of()).containsKey(room)) {
        return false;
      }
    }
    if (!counts.tryTake(session)) {
      throw new CommandException(ErrorCode.LIMIT, "Too many subscriptions.");
    }
    return true;
  }

  /** Gives back a place that was taken and never used. */
  void giveBack(Session session) {
    counts.release(session);
  }

  /**
   * Takes over a subscriber that its room has already; what the session had before is over.
   *
   * @param reserved whether a place was taken for it
   */
  void put(PresenceSubscriber subscriber, boolean reserved) {
    Session session = subscriber.session();
    PresenceRoom room = subscriber.room();
    PresenceSubscriber older;
    synchronized (this) {
      older =
          sessions.computeIfAbsent(session, key -> new HashMap<>()).put(room.name(), subscriber);
    }
    if (older != null && reserved) {
      // Both came at once, because the client gave up waiting for one of them.
      counts.release(session);
    }
    if (older != null) {
      older.end();
      rooms.release(older.room());
      if (older.room() != room) {
        CompletableFuture<?> unused = older.room().remove(session);
      }
    }
    if (!session.isOpen()) {
      onClosed(session);
    }
  }

  /** Ends a subscription; tells whether there was one. Nothing is sent any more then. */
  CompletableFuture<Boolean> end(Session session, String room) {
    PresenceSubscriber subscriber;
    synchronized (this) {
      subscriber = sessions.getOrDefault(session, Map.of()).get(room);
    }
    return subscriber == null ? CompletableFuture.completedFuture(false) : end(subscriber);
  }

  /** Ends this very subscription, if it is not over yet; tells whether it did. */
  CompletableFuture<Boolean> end(PresenceSubscriber subscriber) {
    Session session = subscriber.session();
    synchronized (this) {
      Map<String, PresenceSubscriber> ofSession = sessions.getOrDefault(session, new HashMap<>());
      if (!ofSession.remove(subscriber.room().name(), subscriber)) {
        return CompletableFuture.completedFuture(false);
      }
      if (ofSession.isEmpty()) {
        sessions.remove(session);
      }
    }
    subscriber.end();
    counts.release(session);
    rooms.release(subscriber.room());
    return subscriber.room().remove(session).thenApply(removed -> true);
  }

  /** The session is over. */
  void onClosed(Session session) {
    Map<String, PresenceSubscriber> ofSession;
    synchronized (this) {
      ofSession = Map.copyOf(sessions.getOrDefault(session, Map.of()));
    }
    for (PresenceSubscriber subscriber : ofSession.values()) {
      CompletableFuture<?> unused = end(subscriber);
    }
  }

  /** How many there are. */
  synchronized int count() {
    return sessions.values().stream().mapToInt(Map::size).sum();
  }
}
