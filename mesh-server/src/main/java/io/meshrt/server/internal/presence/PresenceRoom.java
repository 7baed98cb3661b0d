// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.hub.Fanout;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A room that sessions of this node hear of: its members, followed, and who is told of them. */
final class PresenceRoom implements RoomMirror.Listener {
  private final String name;
  private final Scheduler scheduler;
  private final RoomMirror mirror;
  private final Fanout<PresenceSubscriber> subscribers = new Fanout<>();
  private final CompletableFuture<@Nullable Void> started = new CompletableFuture<>();

  /** Pushes told until now. Belongs to the mirror's order. */
  private long told;

  /** Not followed yet. */
  PresenceRoom(String name, Cluster cluster, Scheduler scheduler) {
    this.name = name;
    this.scheduler = scheduler;
    this.mirror = new RoomMirror(cluster, scheduler, name, this);
  }

  String name() {
    return name;
  }

  /** Begins to follow; fails when the cluster cannot be asked, and the room is of no use then. */
  CompletableFuture<@Nullable Void> start() {
    CompletableFuture<?> unused =
        mirror
            .start()
            .whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    started.complete(null);
                  } else {
                    started.completeExceptionally(failure);
                  }
                });
    return started;
  }

  /** Completes when everything that had happened before the call is in what is read here. */
  CompletableFuture<@Nullable Void> caughtUp() {
    return started.thenCompose(unused -> mirror.caughtUp());
  }

  /** Puts a subscriber in the place of another one of its session. It is told nothing yet. */
  CompletableFuture<Void> add(PresenceSubscriber subscriber) {
    return subscribers.add(subscriber);
  }

  /** Removes a session's subscriber. */
  CompletableFuture<?> remove(Session session) {
    return subscribers.remove(session);
  }

  /** Those present now. */
  CompletableFuture<Map<String, PresenceValue>> present() {
    CompletableFuture<Map<String, PresenceValue>> snapshot = new CompletableFuture<>();
    mirror.with(members -> snapshot.complete(present(members.values())));
    return snapshot;
  }

  /** Those present now; the subscriber is told of everything that comes after this. */
  CompletableFuture<Map<String, PresenceValue>> begin(PresenceSubscriber subscriber) {
    CompletableFuture<Map<String, PresenceValue>> snapshot = new CompletableFuture<>();
    mirror.with(
        members -> {
          subscriber.beginAfter(told);
          snapshot.complete(present(members.values()));
        });
    return snapshot;
  }

  /** Follows no more. */
  void close() {
    mirror.close();
  }

  @Override
  public void onJoined(Member member) {
    tell(member.id(), null, PresenceValue.decode(member.value()));
  }

  @Override
  public void onLeft(Member member) {
    tell(member.id(), PresenceValue.decode(member.value()), null);
  }

  @Override
  public void onChanged(Member before, Member after) {
    tell(after.id(), PresenceValue.decode(before.value()), PresenceValue.decode(after.value()));
  }

  /** Those of some members who are present, with what is known of them. */
  static Map<String, PresenceValue> present(Iterable<Member> members) {
    Map<String, PresenceValue> present = new LinkedHashMap<>();
    for (Member member : members) {
      PresenceValue value = PresenceValue.decode(member.value());
      if (value.isPresent()) {
        present.put(member.id(), value);
      }
    }
    return present;
  }

  private void tell(String id, @Nullable PresenceValue before, @Nullable PresenceValue after) {
    if (subscribers.size() == 0) {
      return;
    }
    long now = scheduler.currentTimeMillis();
    List<PresencePush> pushes = PresenceChanges.between(name, id, before, after, now);
    for (PresencePush push : pushes) {
      told++;
      long number = told;
      subscribers.forEach(subscriber -> subscriber.on(number, push));
    }
  }
}
