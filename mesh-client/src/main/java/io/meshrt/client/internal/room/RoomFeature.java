// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.room;

import io.meshrt.client.ClientError;
import io.meshrt.client.ClientStatus;
import io.meshrt.client.Registration;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.builtin.RemoteMetadata;
import io.meshrt.client.internal.builtin.Restore;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.call.PendingReply;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.dialect.Present;
import io.meshrt.client.metadata.MetadataView;
import io.meshrt.client.room.RoomMember;
import io.meshrt.client.room.RoomMessageListener;
import io.meshrt.client.room.Rooms;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.ErrorCode;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The rooms of one client. Memberships belong to the state thread; their names may be read. */
public final class RoomFeature implements Rooms {
  private final BuiltIns builtIns;
  private final RememberedRooms remembered;
  private final RoomTalk talk;
  private final Supplier<ClientStatus> status;
  private final Consumer<String> onLeft;
  private final Map<String, Membership> memberships = new LinkedHashMap<>();
  private final Set<String> joined = ConcurrentHashMap.newKeySet(); // written by the state thread

  /**
   * The rooms of the client that has these built-ins.
   *
   * @param onLeft told on the state thread of each room that is not the client's any more
   */
  public RoomFeature(
      BuiltIns builtIns,
      RememberedRooms remembered,
      RoomTalk talk,
      Supplier<ClientStatus> status,
      Consumer<String> onLeft) {
    this.builtIns = builtIns;
    this.remembered = remembered;
    this.talk = talk;
    this.status = status;
    this.onLeft = onLeft;
  }

  @Override
  public CompletableFuture<List<RoomMember>> join(String room) {
    PendingReply<List<RoomMember>> reply = builtIns.reply(Names.JOIN_ROOM, this::members);
    try {
      Names.requireName("room", room);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    builtIns.execute(reply, () -> joinNow(room, reply));
    return reply.future();
  }

  private void joinNow(String room, Call.Outcome reply) {
    Membership membership = memberships.computeIfAbsent(room, Membership::new);
    membership.onJoining();
    builtIns.call(
        room,
        Names.JOIN_ROOM,
        payload(room),
        new Call.Outcome() {
          @Override
          public void onReply(RawJson payload) {
            if (membership.onJoined()) {
              joined.add(room);
            }
            reply.onReply(payload);
          }

          @Override
          public void onFailure(RuntimeException failure) {
            if (membership.onJoinFailed()) {
              memberships.remove(room, membership);
            }
            reply.onFailure(failure);
          }
        });
  }

  @Override
  public CompletableFuture<List<RoomMember>> joinPersistent(String room) {
    PendingReply<List<RoomMember>> reply = builtIns.reply(Names.JOIN_ROOM, this::members);
    try {
      Names.requireName("room", room);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    Call.Outcome outcome =
        new Call.Outcome() {
          @Override
          public void onReply(RawJson payload) {
            remembered.onJoined(room, payload);
            reply.onReply(payload);
          }

          @Override
          public void onFailure(RuntimeException failure) {
            reply.onFailure(failure);
          }
        };
    RawJson wish =
        builtIns.json().encode(Map.<String, Object>of("roomName", room, "persist", true));
    builtIns.execute(
        reply,
        () -> {
          remembered.onJoining(room);
          builtIns.call(room, Names.JOIN_ROOM_PERSISTENTLY, wish, outcome);
        });
    return reply.future();
  }

  @Override
  public CompletableFuture<Void> leaveHere(String room) {
    return leave(room, true);
  }

  @Override
  public Set<String> persistent() {
    return status.get() == ClientStatus.CLOSED ? Set.of() : Set.copyOf(remembered.rooms());
  }

  @Override
  public Optional<String> token() {
    return remembered.token();
  }

  @Override
  public CompletableFuture<String> send(String room, @Nullable Object payload, boolean echo) {
    return talk.send(room, payload, echo);
  }

  @Override
  public Registration onMessage(RoomMessageListener listener) {
    return talk.onMessage(listener);
  }

  @Override
  public CompletableFuture<Void> leave(String room) {
    return leave(room, false);
  }

  private CompletableFuture<Void> leave(String room, boolean here) {
    PendingReply<Void> reply = builtIns.acknowledgement(Names.LEAVE_ROOM);
    try {
      Names.requireName("room", room);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    builtIns.execute(reply, () -> leaveNow(room, here, reply));
    return reply.future();
  }

  private void leaveNow(String room, boolean here, Call.Outcome reply) {
    Membership membership = memberships.remove(room);
    if (membership != null) {
      membership.end();
    }
    joined.remove(room);
    onLeft.accept(room);
    boolean everywhere = !here && remembered.onLeaving(room);
    builtIns.call(
        room,
        here ? Names.LEAVE_ROOM_HERE : Names.LEAVE_ROOM,
        here
            ? builtIns
                .json()
                .encode(Map.<String, Object>of("roomName", room, "thisConnectionOnly", true))
            : payload(room),
        new Call.Outcome() {
          @Override
          public void onReply(RawJson payload) {
            remembered.onLeft(room);
            reply.onReply(payload);
          }

          @Override
          public void onFailure(RuntimeException failure) {
            boolean lost = BuiltIns.isOneOf(failure, ErrorCode.CONNECTION_LOST);
            if (lost && !everywhere) {
              reply.onReply(RawJson.NULL); // the membership was the connection's
            } else {
              if (!lost) {
                remembered.onNotLeft(room);
              }
              reply.onFailure(failure);
            }
          }
        });
  }

  @Override
  public Set<String> joined() {
    Set<String> all = new HashSet<>(joined);
    all.addAll(remembered.rooms());
    return status.get() == ClientStatus.CLOSED ? Set.of() : Collections.unmodifiableSet(all);
  }

  @Override
  public MetadataView metadata(String room) {
    Names.requireName("room", room);
    return new RemoteMetadata(builtIns, room, Names.GET_ROOM_METADATA, payload(room));
  }

  /** Puts back the rooms that are joined on a new connection. On the state thread. */
  public void restore() {
    for (Membership membership : List.copyOf(memberships.values())) {
      if (membership.joined()) {
        builtIns.restore(
            membership.room,
            Names.JOIN_ROOM,
            ClientError.Subject.ROOM,
            membership.room,
            new Rejoin(membership));
      }
    }
  }

  private final class Rejoin implements Restore {
    private final Membership membership;

    Rejoin(Membership membership) {
      this.membership = membership;
    }

    @Override
    public boolean wanted() {
      return membership.joined();
    }

    @Override
    public RawJson payload() {
      return RoomFeature.this.payload(membership.room);
    }

    @Override
    public void onRestored(RawJson reply) {}

    @Override
    public void onRefused(RuntimeException failure) {
      if (!membership.joined()) {
        return;
      }
      if (membership.onRefused()) {
        memberships.remove(membership.room, membership);
      }
      joined.remove(membership.room);
      onLeft.accept(membership.room);
    }
  }

  private RawJson payload(String room) {
    return builtIns.json().encode(Map.of("roomName", room));
  }

  private List<RoomMember> members(RawJson reply) {
    return Present.read(builtIns.json().tree(reply)).members().stream()
        .map(m -> new RoomMember(m.connectionId(), Optional.ofNullable(m.metadata())))
        .toList();
  }
}
