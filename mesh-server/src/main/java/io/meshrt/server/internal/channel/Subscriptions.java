// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.hub.Hub;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.metrics.ChannelMeter;
import io.meshrt.server.internal.revocation.Attempt;
import io.meshrt.server.internal.revocation.Revocations;
import io.meshrt.server.internal.session.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which session of this node hears of which channel. Thread-safe, never blocks; what is done at the
 * hub for one session and channel is done in order.
 */
final class Subscriptions implements Revocations.Subscribers {
  private final Naming naming;
  private final Hub<ChannelSubscriber> hub;
  private final SubscriptionCounts counts;
  private final ChannelMeter meter;
  private final Consumer<String> onChange;

  // Guarded by this.
  private final Map<Session, Map<String, Place>> sessions = new HashMap<>();
  private final Map<String, Integer> subscribers = new HashMap<>();

  /**
   * Nobody is subscribed.
   *
   * @param naming of the channels
   * @param onChange told of the channel when one more of this node, or one less, is subscribed to
   *     it; does not block
   */
  Subscriptions(
      Naming naming,
      Hub<ChannelSubscriber> hub,
      SubscriptionCounts counts,
      ChannelMeter meter,
      Consumer<String> onChange) {
    this.naming = naming;
    this.hub = hub;
    this.counts = counts;
    this.meter = meter;
    this.onChange = onChange;
  }

  /** A client asks to be subscribed. To be {@linkplain #finish finished}. */
  synchronized Attempt begin(Session session, String channel) {
    Attempt attempt = new Attempt();
    place(session, channel).attempts.add(attempt);
    return attempt;
  }

  /** An attempt was answered. */
  void finish(Session session, String channel, Attempt attempt) {
    attempt.finish();
    synchronized (this) {
      Place place = sessions.getOrDefault(session, Map.of()).get(channel);
      if (place != null) {
        place.attempts.remove(attempt);
      }
      forgetIdle(session, channel);
    }
  }

  /**
   * Makes a session hear, by this subscriber in the place of another one. Fails with {@code ELIMIT}
   * when it has too many subscriptions.
   *
   * @param continues whether it is to go on where that one has come to
   */
  CompletableFuture<@Nullable Void> open(
      Attempt attempt, ChannelSubscriber subscriber, boolean continues) {
    Session session = subscriber.session();
    String channel = subscriber.channel();
    Place.Turn turn;
    synchronized (this) {
      Place place = place(session, channel);
      if (!place.counted && !counts.tryTake(session)) {
        throw new CommandException(ErrorCode.LIMIT, "Too many subscriptions.");
      }
      place.counted = true;
      turn = place.takeTurn();
    }
    return turn.run(() -> hub.subscribe(naming.topic(channel), subscriber))
        .whenComplete((done, failure) -> onOpened(attempt, subscriber, continues, failure != null));
  }

  private void onOpened(
      Attempt attempt, ChannelSubscriber subscriber, boolean continues, boolean failed) {
    Session session = subscriber.session();
    String channel = subscriber.channel();
    boolean valid;
    ChannelSubscriber before = null;
    synchronized (this) {
      Place place = place(session, channel);
      valid = !failed && !attempt.isRevoked();
      if (valid) {
        before = place.current;
        place.current = subscriber;
        if (before != null && continues) {
          subscriber.continueBehind(before);
        }
        subscribers.merge(channel, before == null ? 1 : 0, Integer::sum);
      }
      giveBackUnused(session, place);
    }
    if (before != null) {
      CompletableFuture<?> unused = before.end(false);
    } else if (valid) {
      tell(channel, 1);
    }
    if (!session.isOpen()) {
      onClosed(session);
    }
  }

  @Override
  public CompletableFuture<Boolean> end(Session session, String channel, boolean revoked) {
    List<CompletableFuture<?>> ends = new ArrayList<>();
    ChannelSubscriber subscriber;
    Place.Turn turn;
    synchronized (this) {
      Place place = sessions.getOrDefault(session, Map.of()).get(channel);
      if (place == null) {
        return CompletableFuture.completedFuture(false);
      }
      place.attempts.forEach(attempt -> ends.add(attempt.revoke()));
      subscriber = place.current;
      place.current = null;
      if (subscriber != null) {
        subscribers.computeIfPresent(channel, (key, count) -> count == 1 ? null : count - 1);
      }
      giveBackUnused(session, place);
      turn = place.takeTurn();
    }
    // Also what is only about to be there.
    CompletableFuture<?> unused =
        turn.run(() -> hub.unsubscribe(naming.topic(channel), session))
            .whenComplete((removed, failure) -> forget(session, channel));
    boolean was = subscriber != null;
    if (subscriber != null) {
      ends.add(subscriber.end(revoked));
      tell(channel, -1);
    }
    return CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]))
        .thenApply(done -> was);
  }

  /**
   * Ends this very subscription, which could not be answered or is not admitted any more.
   *
   * @param revoked whether the client did not ask for that itself
   */
  void giveUp(ChannelSubscriber subscriber, boolean revoked) {
    boolean current;
    synchronized (this) {
      Place place = sessions.getOrDefault(subscriber.session(), Map.of()).get(subscriber.channel());
      current = place != null && place.current == subscriber;
    }
    if (current) {
      CompletableFuture<?> unused = end(subscriber.session(), subscriber.channel(), revoked);
    }
  }

  /** The session is over. */
  void onClosed(Session session) {
    List<String> channels;
    synchronized (this) {
      channels = List.copyOf(sessions.getOrDefault(session, Map.of()).keySet());
    }
    channels.forEach(
        channel -> {
          CompletableFuture<?> unused = end(session, channel, false);
        });
  }

  @Override
  public synchronized List<Session> sessions(String channel, Predicate<Session> which) {
    return sessions.entrySet().stream()
        .filter(entry -> entry.getValue().containsKey(channel))
        .map(Map.Entry::getKey)
        .filter(which)
        .toList();
  }

  /** What a session hears a channel by; null when it is not subscribed. */
  synchronized @Nullable ChannelSubscriber current(Session session, String channel) {
    Place place = sessions.getOrDefault(session, Map.of()).get(channel);
    return place == null ? null : place.current;
  }

  /** How many sessions of this node are subscribed to a channel. */
  synchronized int count(String channel) {
    return subscribers.getOrDefault(channel, 0);
  }

  /** The channels sessions of this node are subscribed to. */
  synchronized List<String> channels() {
    return List.copyOf(subscribers.keySet());
  }

  /** Sessions that have something of channels. */
  synchronized int sessions() {
    return sessions.size();
  }

  private void tell(String channel, int change) {
    meter.subscriptions(change);
    onChange.accept(channel);
  }

  private Place place(Session session, String channel) {
    return sessions
        .computeIfAbsent(session, key -> new HashMap<>())
        .computeIfAbsent(channel, key -> new Place());
  }

  private void giveBackUnused(Session session, Place place) {
    if (place.counted && place.current == null) {
      place.counted = false;
      counts.release(session);
    }
  }

  private synchronized void forget(Session session, String channel) {
    forgetIdle(session, channel);
  }

  private void forgetIdle(Session session, String channel) {
    Map<String, Place> ofSession = sessions.get(session);
    if (ofSession == null) {
      return;
    }
    Place place = ofSession.get(channel);
    if (place != null && place.isIdle()) {
      ofSession.remove(channel);
    }
    if (ofSession.isEmpty()) {
      sessions.remove(session);
    }
  }
}
