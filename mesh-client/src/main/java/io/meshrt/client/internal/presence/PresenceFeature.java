// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.presence;

import io.meshrt.client.ClientLimits;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.PendingReply;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.dialect.PresenceUpdate;
import io.meshrt.client.internal.dialect.Present;
import io.meshrt.client.presence.Presence;
import io.meshrt.client.presence.PresenceListener;
import io.meshrt.client.presence.PresenceSubscription;
import io.meshrt.client.presence.PresentMember;
import io.meshrt.client.presence.StateOptions;
import io.meshrt.core.codec.RawJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The presence of one client. What it knows of rooms belongs to the state thread. */
public final class PresenceFeature implements Presence {
  private final BuiltIns builtIns;
  private final ClientLimits limits;
  private final States states;
  private final Map<String, RoomPresence> rooms = new LinkedHashMap<>();

  /** The presence of the client that has these built-ins. */
  public PresenceFeature(BuiltIns builtIns, ClientLimits limits) {
    this.builtIns = builtIns;
    this.limits = limits;
    this.states = new States(builtIns);
    builtIns.onPush(Names.PRESENCE_UPDATE, this::onPush);
  }

  /** The client is not in a room any more, and with that its state is gone. On the state thread. */
  public void onLeft(String room) {
    states.drop(room);
  }

  @Override
  public CompletableFuture<PresenceSubscription> subscribe(String room, PresenceListener listener) {
    Objects.requireNonNull(listener, "listener");
    try {
      Names.requireName("room", room);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    Subscription subscription = new Subscription(this, builtIns, room, listener);
    builtIns.execute(subscription, subscription::begin);
    return subscription.future();
  }

  /** The subscription of a room, perhaps still to be made. On the state thread. */
  RoomPresence room(String room) {
    return rooms.computeIfAbsent(
        room, name -> new RoomPresence(builtIns, new Audience(name), payload(name), this::forget));
  }

  private void forget(RoomPresence idle) {
    rooms.remove(idle.audience().room(), idle);
  }

  Ear ear(Audience audience, PresenceListener listener) {
    return new Ear(
        audience, listener, builtIns, limits.maxQueuedMessages(), limits.maxQueuedMessageBytes());
  }

  @Override
  public CompletableFuture<Void> publishState(String room, Object state, StateOptions options) {
    Objects.requireNonNull(state, "state");
    RawJson json;
    try {
      Names.requireName("room", room);
      json = builtIns.json().encode(state);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    PendingReply<Void> reply = builtIns.acknowledgement(Names.PUBLISH_PRESENCE_STATE);
    builtIns.execute(reply, () -> states.publish(room, json, options, reply));
    return reply.future();
  }

  @Override
  public CompletableFuture<Void> clearState(String room) {
    PendingReply<Void> reply = builtIns.acknowledgement(Names.CLEAR_PRESENCE_STATE);
    return inRoom(room, reply, () -> states.clear(room, payload(room), reply));
  }

  @Override
  public CompletableFuture<List<PresentMember>> state(String room) {
    PendingReply<List<PresentMember>> reply =
        builtIns.reply(Names.GET_PRESENCE_STATE, this::members);
    return inRoom(
        room, reply, () -> builtIns.call(room, Names.GET_PRESENCE_STATE, payload(room), reply));
  }

  private <T> CompletableFuture<T> inRoom(String room, PendingReply<T> reply, Runnable task) {
    try {
      Names.requireName("room", room);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    builtIns.execute(reply, task);
    return reply.future();
  }

  private List<PresentMember> members(RawJson reply) {
    return Present.read(builtIns.json().tree(reply)).members().stream()
        .map(m -> new PresentMember(m.connectionId(), Optional.ofNullable(m.state())))
        .toList();
  }

  private void onPush(RawJson payload) {
    PresenceUpdate update = PresenceUpdate.read(builtIns.tree(payload));
    RoomPresence room = update == null ? null : rooms.get(update.room());
    if (update != null && room != null) {
      room.onUpdate(update, payload.length());
    }
  }

  /** Puts back subscriptions and states on a new connection. On the state thread. */
  public void restore() {
    List.copyOf(rooms.values()).forEach(RoomPresence::restore);
    states.restore();
  }

  private RawJson payload(String room) {
    return builtIns.json().encode(Map.of("roomName", room));
  }
}
