// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.exposure.Fields;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.push.Pushes;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.room.RoomSendPolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Messages of clients to rooms. One is a publication on the room's topic, like a broadcast; those
 * of one connection are sent one after the other, each when the cluster has accepted the one
 * before.
 */
public final class RoomSending {
  private final Exposures<RoomSendPolicy> exposures;
  private final Pushes pushes;
  private final BiPredicate<Session, String> isMember;
  private final JsonValues json;
  private final Observer observer;
  private final AtomicLong sent = new AtomicLong();

  /** Told of what was sent. On any thread; does not block and does not throw. */
  @FunctionalInterface
  public interface Observer {
    /** The cluster accepted it. */
    void onMessage(Session sender, String room, RawJson message);
  }

  RoomSending(
      Exposures<RoomSendPolicy> exposures,
      Pushes pushes,
      BiPredicate<Session, String> isMember,
      JsonValues json,
      Observer observer) {
    this.exposures = exposures;
    this.pushes = pushes;
    this.isMember = isMember;
    this.json = json;
    this.observer = observer;
  }

  void registerIn(Commands commands) {
    commands.registerBuiltIn("send-to-room", this::send);
  }

  Runnable expose(Pattern rooms, RoomSendPolicy policy) {
    return exposures.expose(rooms, policy.guard().orElse(null), policy);
  }

  private CompletionStage<?> send(Session session, Request request) {
    Fields fields = Fields.of(request, json);
    String room = fields.name("roomName");
    JsonNode message = fields.value("message");
    boolean echo = fields.optional("echo").isEmpty() || fields.flag("echo");
    return send(session, room, message, echo, null);
  }

  /**
   * Sends, if the session may.
   *
   * @param more further members of the push; null for none
   */
  CompletableFuture<Map<String, Object>> send(
      Session session, String room, JsonNode message, boolean echo, @Nullable ObjectNode more) {
    return exposures
        .admits(session, room)
        .thenCompose(
            admitted -> {
              boolean open =
                  exposures.settings(room).filter(policy -> !policy.membersOnly()).isPresent();
              return admitted && (open || isMember.test(session, room))
                  ? publish(session, room, message, echo, more)
                  : CompletableFuture.failedFuture(
                      CommandException.accessDenied("No access to the room."));
            });
  }

  private CompletableFuture<Map<String, Object>> publish(
      Session session, String room, JsonNode message, boolean echo, @Nullable ObjectNode more) {
    String id = session.id() + "-" + Long.toString(sent.incrementAndGet(), Character.MAX_RADIX);
    byte[] frame = frame(session, room, message, id, more);
    if (pushes.publisher().isTooLarge(frame)) {
      session.services().metrics().limitHit(Limit.ROOM_MESSAGE_BYTES);
      return CompletableFuture.failedFuture(
          new CommandException(ErrorCode.TOO_LARGE, "message: larger than an outbox"));
    }
    return pushes
        .toRoom(room, frame, echo ? Set.of() : Set.of(session.id()))
        .thenApply(
            done -> {
              session.services().metrics().rooms().sent();
              observer.onMessage(session, room, json.encode(message));
              Map<String, Object> reply = new LinkedHashMap<>();
              reply.put("success", true);
              reply.put("id", id);
              return reply;
            });
  }

  private byte[] frame(
      Session session, String room, JsonNode message, String id, @Nullable ObjectNode more) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    payload.put("roomName", room).put("id", id);
    ObjectNode from = payload.putObject("from").put("connectionId", session.id());
    session.identity().map(Identity::id).ifPresent(who -> from.put("identity", who));
    payload.set("message", message);
    if (more != null) {
      payload.setAll(more);
    }
    return Dialect.builtInPush(Generation.V1, "room-message", json.encode(payload));
  }
}
