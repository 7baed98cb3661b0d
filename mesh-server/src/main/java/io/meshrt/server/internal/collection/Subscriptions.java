// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.collection.Place.Following;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.metrics.CollectionMeter;
import io.meshrt.server.internal.revocation.Attempt;
import io.meshrt.server.internal.revocation.Revocations;
import io.meshrt.server.internal.session.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which session of this node follows which collection. Thread-safe, never blocks; what is done at
 * the views for one session and collection is done in order.
 */
final class Subscriptions implements Revocations.Subscribers {
  private final Views views;
  private final SubscriptionCounts counts;
  private final CollectionMeter meter;

  // Guarded by this.
  private final Map<Session, Map<String, Place>> sessions = new HashMap<>();

  /** Nobody is subscribed. */
  Subscriptions(Views views, SubscriptionCounts counts, CollectionMeter meter) {
    this.views = views;
    this.counts = counts;
    this.meter = meter;
  }

  /** A client asks to be subscribed. To be {@linkplain #finish finished}. */
  synchronized Attempt begin(Session session, String collection) {
    Attempt attempt = new Attempt();
    place(session, collection).attempts.add(attempt);
    return attempt;
  }

  /** An attempt was answered. */
  void finish(Session session, String collection, Attempt attempt) {
    attempt.finish();
    synchronized (this) {
      Place place = sessions.getOrDefault(session, Map.of()).get(collection);
      if (place != null) {
        place.attempts.remove(attempt);
      }
      forgetIdle(session, collection);
    }
  }

  /**
   * Makes a session follow, by this subscriber in the place of another one; tells where it begins.
   * Fails with {@code ELIMIT} when it has too many subscriptions.
   */
  CompletableFuture<CollectionState> open(
      Attempt attempt, CollectionSubscriber subscriber, Spec spec) {
    Session session = subscriber.session();
    String collection = subscriber.collection();
    Place.Turn turn;
    synchronized (this) {
      Place place = place(session, collection);
      if (!place.counted && !counts.tryTake(session)) {
        throw new CommandException(ErrorCode.LIMIT, "Too many subscriptions.");
      }
      place.counted = true;
      turn = place.takeTurn();
    }
    Object owner = spec.isShared() ? spec : session;
    return turn.run(
            () -> {
              Views.Use use = views.take(new Views.Key(collection, spec, owner));
              Following following = new Following(subscriber, use);
              return use.view()
                  .add(subscriber)
                  .whenComplete((state, failure) -> onOpened(attempt, following, failure != null));
            })
        .whenComplete((state, failure) -> giveBackUnused(session, collection));
  }

  private void onOpened(Attempt attempt, Following following, boolean failed) {
    Session session = following.subscriber().session();
    boolean valid;
    Following before = null;
    synchronized (this) {
      Place place = place(session, following.subscriber().collection());
      valid = !failed && !attempt.isRevoked();
      if (valid) {
        before = place.current;
        place.current = following;
      }
    }
    if (before != null) {
      CompletableFuture<?> unused = before.subscriber().end(null);
      release(before, before.use() != following.use());
    } else if (valid) {
      meter.subscriptions(1);
    }
    if (!valid) {
      release(following, !failed);
    }
    CompletableFuture<String> over = following.use().view().failed();
    if (over.isDone()) {
      giveUp(following.subscriber(), over.join());
    }
    if (!session.isOpen()) {
      onClosed(session);
    }
  }

  /** Lets go of a view; where the session's place there is not another one's, of that too. */
  private void release(Following following, boolean leaves) {
    if (leaves) {
      Session session = following.subscriber().session();
      CompletableFuture<?> unused = following.use().view().subscribers().remove(session);
    }
    views.release(following.use());
  }

  @Override
  public CompletableFuture<Boolean> end(Session session, String collection, boolean revoked) {
    return end(session, collection, revoked ? ErrorCode.ACCESS_DENIED.wire() : null);
  }

  /**
   * The same.
   *
   * @param code told the client, null if it asked for that itself
   */
  private CompletableFuture<Boolean> end(
      Session session, String collection, @Nullable String code) {
    List<CompletableFuture<?>> ends = new ArrayList<>();
    Following following;
    Place.Turn turn;
    synchronized (this) {
      Place place = sessions.getOrDefault(session, Map.of()).get(collection);
      if (place == null) {
        return CompletableFuture.completedFuture(false);
      }
      place.attempts.forEach(attempt -> ends.add(attempt.revoke()));
      following = place.current;
      place.current = null;
      giveBackUnused(session, place);
      turn = place.takeTurn();
    }
    CompletableFuture<?> unused =
        turn.run(() -> leave(session, following))
            .whenComplete((done, failure) -> forget(session, collection));
    boolean was = following != null;
    if (following != null) {
      ends.add(following.subscriber().end(code));
      meter.subscriptions(-1);
    }
    return CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]))
        .thenApply(done -> was);
  }

  private CompletableFuture<?> leave(Session session, @Nullable Following following) {
    if (following == null) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<?> left = following.use().view().subscribers().remove(session);
    views.release(following.use());
    return left;
  }

  /**
   * Ends this very subscription, which could not be answered or is not admitted any more.
   *
   * @param code told the client, null if nothing is
   */
  void giveUp(CollectionSubscriber subscriber, @Nullable String code) {
    boolean current;
    synchronized (this) {
      Place place =
          sessions.getOrDefault(subscriber.session(), Map.of()).get(subscriber.collection());
      current = place != null && place.current != null && place.current.subscriber() == subscriber;
    }
    if (current) {
      CompletableFuture<?> unused = end(subscriber.session(), subscriber.collection(), code);
    }
  }

  /** The session is over. */
  void onClosed(Session session) {
    List<String> collections;
    synchronized (this) {
      collections = List.copyOf(sessions.getOrDefault(session, Map.of()).keySet());
    }
    collections.forEach(
        collection -> {
          CompletableFuture<?> unused = end(session, collection, null);
        });
  }

  @Override
  public synchronized List<Session> sessions(String collection, Predicate<Session> which) {
    return sessions.entrySet().stream()
        .filter(entry -> entry.getValue().containsKey(collection))
        .map(Map.Entry::getKey)
        .filter(which)
        .toList();
  }

  /** Sessions that have something of collections. */
  synchronized int sessions() {
    return sessions.size();
  }

  private Place place(Session session, String collection) {
    return sessions
        .computeIfAbsent(session, key -> new HashMap<>())
        .computeIfAbsent(collection, key -> new Place());
  }

  private synchronized void giveBackUnused(Session session, String collection) {
    Place place = sessions.getOrDefault(session, Map.of()).get(collection);
    if (place != null) {
      giveBackUnused(session, place);
    }
  }

  private void giveBackUnused(Session session, Place place) {
    if (place.counted && place.current == null) {
      place.counted = false;
      counts.release(session);
    }
  }

  private synchronized void forget(Session session, String collection) {
    forgetIdle(session, collection);
  }

  private void forgetIdle(Session session, String collection) {
    Map<String, Place> ofSession = sessions.get(session);
    if (ofSession == null) {
      return;
    }
    Place place = ofSession.get(collection);
    if (place != null && place.isIdle()) {
      ofSession.remove(collection);
    }
    if (ofSession.isEmpty()) {
      sessions.remove(session);
    }
  }
}
