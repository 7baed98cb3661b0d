// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.metrics.RecordMeter;
import io.meshrt.server.internal.record.SessionRecords.Member;
import io.meshrt.server.internal.record.SessionRecords.Place;
import io.meshrt.server.internal.record.Subscription.Admission;
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
 * Which session of this node follows which record. Thread-safe, never blocks; what is done at the
 * groups for one session is done in order.
 */
final class Subscriptions implements Revocations.Subscribers {
  private final RecordGroups groups;
  private final SubscriptionCounts counts;
  private final RecordMeter meter;

  // Guarded by this.
  private final Map<Session, SessionRecords> sessions = new HashMap<>();

  Subscriptions(RecordGroups groups, SubscriptionCounts counts, RecordMeter meter) {
    this.groups = groups;
    this.counts = counts;
    this.meter = meter;
  }

  /**
   * What a client asks for.
   *
   * @param known the version it has, null if none
   */
  record Wish(
      Session session,
      Generation generation,
      String id,
      String group,
      RecordMode mode,
      @Nullable Version known) {}

  /** A subscription and where it begins. */
  record Begun(Subscription subscription, RecordState snapshot) {}

  /** A client asks for a record. To be {@linkplain #finish finished}. */
  synchronized Attempt begin(Session session, String id) {
    Attempt attempt = new Attempt();
    place(session, id).attempts.add(attempt);
    return attempt;
  }

  /** An attempt was answered. */
  void finish(Session session, String id, Attempt attempt) {
    attempt.finish();
    synchronized (this) {
      SessionRecords records = sessions.get(session);
      Place place = records == null ? null : records.places.get(id);
      if (place != null) {
        place.attempts.remove(attempt);
      }
      forgetIdle(session, id);
    }
  }

  /**
   * Makes a session follow a record, in the place of what it does. Fails with {@code ELIMIT} when
   * it has too many subscriptions.
   */
  CompletableFuture<Begun> open(Attempt attempt, Wish wish, Admission admission) {
    Session session = wish.session();
    SessionRecords.Turn turn;
    synchronized (this) {
      Place place = place(session, wish.id());
      if (!place.counted && !counts.tryTake(session)) {
        throw new CommandException(ErrorCode.LIMIT, "Too many subscriptions.");
      }
      place.counted = true;
      turn = records(session).takeTurn();
    }
    return turn.run(() -> join(wish).thenCompose(member -> begin(wish, member, admission)))
        .whenComplete((begun, failure) -> onOpened(attempt, wish, begun));
  }

  /** Makes the session one of the group's, once for each of its subscriptions there. */
  private CompletableFuture<Member> join(Wish wish) {
    Member member;
    boolean first;
    synchronized (this) {
      Map<String, Member> members = records(wish.session()).members;
      first = !members.containsKey(wish.group());
      member = members.computeIfAbsent(wish.group(), key -> newMember(wish));
      member.users++;
    }
    if (!first) {
      return CompletableFuture.completedFuture(member);
    }
    RecordGroup group = member.group;
    return group
        .started()
        .thenCompose(started -> group.subscribers().add(member.subscriber))
        .thenApply(added -> member)
        .whenComplete((added, failure) -> leaveIf(failure != null, wish.session(), member));
  }

  private Member newMember(Wish wish) {
    return new Member(
        new GroupSubscriber(
            wish.session(), records(wish.session()).nextGroupNumber++, meter, this::onDeleted),
        groups.take(wish.group()));
  }

  private CompletableFuture<Begun> begin(Wish wish, Member member, Admission admission) {
    Subscription subscription = new Subscription(member.subscriber, member.group, wish, admission);
    return member
        .group
        .begin(subscription)
        .thenApply(snapshot -> new Begun(subscription, snapshot))
        .whenComplete((begun, failure) -> leaveIf(failure != null, wish.session(), member));
  }

  private void leaveIf(boolean failed, Session session, Member member) {
    if (failed) {
      leave(session, member);
    }
  }

  private void leave(Session session, Member member) {
    synchronized (this) {
      if (--member.users > 0) {
        return;
      }
      records(session).members.remove(member.group.name(), member);
    }
    CompletableFuture<?> unused = member.group.subscribers().remove(session);
    groups.release(member.group);
  }

  private void onOpened(Attempt attempt, Wish wish, @Nullable Begun begun) {
    Session session = wish.session();
    boolean valid;
    Subscription before = null;
    synchronized (this) {
      Place place = place(session, wish.id());
      valid = begun != null && !attempt.isRevoked();
      if (valid && begun != null) {
        before = place.current;
        place.current = begun.subscription();
      }
      giveBackUnused(session, place);
    }
    if (before != null) {
      CompletableFuture<?> unused = close(before, false);
    } else if (valid) {
      meter.subscriptions(1);
    }
    if (begun != null && !valid) {
      CompletableFuture<?> unused = close(begun.subscription(), false);
    }
    if (!session.isOpen()) {
      onClosed(session);
    }
  }

  private void leave(Session session, GroupSubscriber subscriber) {
    Member member;
    synchronized (this) {
      member =
          records(session).members.values().stream()
              .filter(one -> one.subscriber == subscriber)
              .findFirst()
              .orElse(null);
    }
    if (member != null) {
      leave(session, member);
    }
  }

  /** Takes a subscription out of its group; completes when nothing of it is sent any more. */
  private CompletableFuture<@Nullable Void> close(Subscription subscription, boolean revoked) {
    GroupSubscriber subscriber = subscription.subscriber();
    CompletableFuture<@Nullable Void> removed = subscriber.remove(subscription, revoked);
    subscription.group().end(subscription);
    leave(subscriber.session(), subscriber);
    return removed;
  }

  @Override
  public CompletableFuture<Boolean> end(Session session, String id, boolean revoked) {
    List<CompletableFuture<?>> ends = new ArrayList<>();
    Subscription subscription;
    SessionRecords.Turn turn;
    synchronized (this) {
      SessionRecords records = sessions.get(session);
      Place place = records == null ? null : records.places.get(id);
      if (records == null || place == null) {
        return CompletableFuture.completedFuture(false);
      }
      place.attempts.forEach(attempt -> ends.add(attempt.revoke()));
      subscription = place.current;
      place.current = null;
      giveBackUnused(session, place);
      turn = records.takeTurn();
    }
    if (subscription != null) {
      subscription.end();
      meter.subscriptions(-1);
      ends.add(subscription.subscriber().remove(subscription, revoked));
    }
    CompletableFuture<?> unused =
        turn.run(() -> closeIfAny(subscription))
            .whenComplete((done, failure) -> forget(session, id));
    boolean was = subscription != null;
    return CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]))
        .thenApply(done -> was);
  }

  private CompletableFuture<@Nullable Void> closeIfAny(@Nullable Subscription subscription) {
    return subscription == null
        ? CompletableFuture.completedFuture(null)
        : close(subscription, false);
  }

  /**
   * Ends this very subscription.
   *
   * @param revoked whether the client did not ask for that itself
   */
  void giveUp(Subscription subscription, boolean revoked) {
    Session session = subscription.subscriber().session();
    boolean current;
    synchronized (this) {
      SessionRecords records = sessions.get(session);
      Place place = records == null ? null : records.places.get(subscription.id());
      current = place != null && place.current == subscription;
    }
    if (current) {
      CompletableFuture<?> unused = end(session, subscription.id(), revoked);
    }
  }

  private void onDeleted(Subscription subscription) {
    Session session = subscription.subscriber().session();
    SessionRecords.Turn turn;
    synchronized (this) {
      SessionRecords records = sessions.get(session);
      Place place = records == null ? null : records.places.get(subscription.id());
      if (records == null || place == null || place.current != subscription) {
        return;
      }
      place.current = null;
      giveBackUnused(session, place);
      turn = records.takeTurn();
    }
    meter.subscriptions(-1);
    CompletableFuture<?> unused =
        turn.run(() -> close(subscription, false))
            .whenComplete((done, failure) -> forget(session, subscription.id()));
  }

  /** The session is over. */
  void onClosed(Session session) {
    List<String> ids;
    synchronized (this) {
      SessionRecords records = sessions.get(session);
      ids = records == null ? List.of() : List.copyOf(records.places.keySet());
    }
    ids.forEach(
        id -> {
          CompletableFuture<?> unused = end(session, id, false);
        });
  }

  @Override
  public synchronized List<Session> sessions(String id, Predicate<Session> which) {
    return sessions.entrySet().stream()
        .filter(entry -> entry.getValue().places.containsKey(id))
        .map(Map.Entry::getKey)
        .filter(which)
        .toList();
  }

  /** Sessions that have something of records. */
  synchronized int sessions() {
    return sessions.size();
  }

  private SessionRecords records(Session session) {
    return sessions.computeIfAbsent(session, key -> new SessionRecords());
  }

  private Place place(Session session, String id) {
    return records(session).places.computeIfAbsent(id, key -> new Place());
  }

  private void giveBackUnused(Session session, Place place) {
    if (place.counted && place.current == null) {
      place.counted = false;
      counts.release(session);
    }
  }

  private synchronized void forget(Session session, String id) {
    forgetIdle(session, id);
  }

  private void forgetIdle(Session session, String id) {
    SessionRecords records = sessions.get(session);
    if (records == null) {
      return;
    }
    Place place = records.places.get(id);
    if (place != null && place.isIdle()) {
      records.places.remove(id);
    }
    if (records.isIdle()) {
      sessions.remove(session);
    }
  }
}
