// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.room;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.client.ClientError;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.builtin.Restore;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.call.Calls;
import io.meshrt.client.internal.dialect.Greeting;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.session.Introduction;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.ErrorCode;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rooms the server remembers for this client, as it told. Owned by the state thread; names and
 * token may be read by others.
 */
public final class RememberedRooms implements Introduction {
  /** No room has this name. */
  private static final String LANE = "";

  private final BuiltIns builtIns;
  private final Duration timeout;
  private final Consumer<String> onLeft;
  private final Set<String> rooms = ConcurrentHashMap.newKeySet(); // written by the state thread
  private final Set<String> unwanted = new HashSet<>();
  private volatile @Nullable String token;
  private @Nullable String presented;

  /**
   * Of a client that has not been connected.
   *
   * @param token of an earlier one; null for none
   * @param timeout how long a connection may wait for what is remembered
   * @param onLeft told on the state thread of each room that is not the client's any more
   */
  public RememberedRooms(
      BuiltIns builtIns, @Nullable String token, Duration timeout, Consumer<String> onLeft) {
    this.builtIns = builtIns;
    this.token = token;
    this.timeout = timeout;
    this.onLeft = onLeft;
    builtIns.onPush(Names.ROOM_MEMBERSHIP, this::onChange);
  }

  Set<String> rooms() {
    return rooms;
  }

  Optional<String> token() {
    return Optional.ofNullable(token);
  }

  @Override
  public void introduce(Greeting greeting, Calls calls, Runnable next) {
    if (greeting.welcome() == null || !greeting.welcome().persistentRooms()) {
      lose(new HashSet<>(rooms));
      next.run();
      return;
    }
    calls.submitFirst(
        Call.builtIn(
            Names.RESTORE_ROOMS,
            payload(),
            timeout,
            new Call.Outcome() {
              @Override
              public void onReply(RawJson reply) {
                onRestored(reply);
                next.run();
              }

              @Override
              public void onFailure(RuntimeException failure) {
                if (!BuiltIns.isOneOf(failure, ErrorCode.CONNECTION_LOST, ErrorCode.CLOSED)) {
                  next.run();
                  onNotRestored(failure);
                }
              }
            }));
  }

  private void onNotRestored(RuntimeException failure) {
    if (BuiltIns.isPassing(failure)) {
      askAgain();
      return;
    }
    if (BuiltIns.isOneOf(failure, ErrorCode.BAD_REQUEST)) {
      token = null; // it was never one
    }
    if (!BuiltIns.isOneOf(failure, ErrorCode.UNAUTHORIZED)) { // else the identity comes later
      builtIns
          .errors()
          .report(
              ClientError.Kind.NOT_RESTORED,
              ClientError.Subject.ROOM,
              "",
              "remembered rooms: " + failure.getMessage(),
              failure);
    }
  }

  @Override
  public void onAuthenticated() {
    askAgain();
  }

  /** Asks on the present connection, again and again while the server cannot say. */
  private void askAgain() {
    builtIns.restore(
        LANE,
        Names.RESTORE_ROOMS,
        ClientError.Subject.ROOM,
        "",
        new Restore() {
          @Override
          public boolean wanted() {
            return true;
          }

          @Override
          public RawJson payload() {
            return RememberedRooms.this.payload();
          }

          @Override
          public void onRestored(RawJson reply) {
            RememberedRooms.this.onRestored(reply);
          }

          @Override
          public void onRefused(RuntimeException failure) {}
        });
  }

  private RawJson payload() {
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    presented = token;
    if (presented != null) {
      payload.put("token", presented);
    }
    return builtIns.json().encode(payload);
  }

  private void onRestored(RawJson reply) {
    JsonNode told = builtIns.tree(reply);
    if (!told.path("known").asBoolean(true) && Objects.equals(token, presented)) {
      token = null; // another one may have been issued meanwhile
    }
    Set<String> restored = new LinkedHashSet<>();
    told.path("rooms").forEach(room -> restored.add(room.asText()));
    Set<String> lost = new HashSet<>(rooms);
    lost.removeAll(restored);
    lose(lost);
    rooms.addAll(restored);
    told.path("refused").forEach(room -> reportRefused(room.asText()));
    for (String room : List.copyOf(unwanted)) {
      if (rooms.contains(room)) {
        leaveAgain(room);
      } else {
        unwanted.remove(room);
      }
    }
  }

  private void reportRefused(String room) {
    builtIns
        .errors()
        .report(
            ClientError.Kind.NOT_RESTORED,
            ClientError.Subject.ROOM,
            room,
            "the server refused the room, and has forgotten it",
            null);
  }

  private void leaveAgain(String room) {
    builtIns.call(
        room,
        Names.LEAVE_ROOM,
        builtIns.json().encode(JsonNodeFactory.instance.objectNode().put("roomName", room)),
        new Call.Outcome() {
          @Override
          public void onReply(RawJson payload) {
            onLeft(room);
          }

          @Override
          public void onFailure(RuntimeException failure) {
            // Still unwanted: the next connection asks again.
          }
        });
  }

  private void lose(Set<String> lost) {
    for (String room : lost) {
      rooms.remove(room);
      onLeft.accept(room);
    }
  }

  private void onChange(RawJson push) {
    JsonNode told = builtIns.tree(push);
    String room = told.path("roomName").asText();
    if (told.path("member").asBoolean()) {
      rooms.add(room);
    } else {
      lose(Set.of(room));
    }
  }

  /** The application wants to be in a room, whatever became of an earlier wish to leave. */
  void onJoining(String room) {
    unwanted.remove(room);
  }

  /** The server remembers a room from now on. */
  void onJoined(String room, RawJson reply) {
    rooms.add(room);
    String issued = builtIns.tree(reply).path("token").asText("");
    if (!issued.isEmpty()) {
      token = issued;
    }
  }

  /** The application leaves a room; whether the server remembers it. */
  boolean onLeaving(String room) {
    boolean remembered = rooms.contains(room);
    if (remembered) {
      unwanted.add(room);
    }
    return remembered;
  }

  /** The server has confirmed it. */
  void onLeft(String room) {
    rooms.remove(room);
    unwanted.remove(room);
  }

  /** It is in the room as before. */
  void onNotLeft(String room) {
    unwanted.remove(room);
  }
}
