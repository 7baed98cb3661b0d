// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.room;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.client.ClientLimits;
import io.meshrt.client.Registration;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.PendingReply;
import io.meshrt.client.internal.callback.MessageListeners;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.room.RoomMessage;
import io.meshrt.client.room.RoomMessageListener;
import io.meshrt.client.room.RoomMessages;
import io.meshrt.core.codec.RawJson;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What clients say to each other in rooms. Thread-safe. */
public final class RoomTalk implements RoomMessages {
  private final BuiltIns builtIns;
  private final MessageListeners listeners;

  /** Nobody listens yet. */
  public RoomTalk(BuiltIns builtIns, ClientLimits limits) {
    this.builtIns = builtIns;
    this.listeners =
        new MessageListeners(
            builtIns.callbacks(),
            builtIns.errors(),
            limits.maxQueuedMessages(),
            limits.maxQueuedMessageBytes());
    builtIns.onPush(
        Names.ROOM_MESSAGE,
        payload -> listeners.deliver(builtIns.tree(payload).path("roomName").asText(), payload));
  }

  @Override
  public CompletableFuture<String> send(String room, @Nullable Object payload, boolean echo) {
    PendingReply<String> reply =
        builtIns.reply(Names.SEND_TO_ROOM, answer -> builtIns.tree(answer).path("id").asText());
    RawJson request;
    try {
      Names.requireName("room", room);
      ObjectNode fields = JsonNodeFactory.instance.objectNode().put("roomName", room);
      fields.set("message", builtIns.json().tree(builtIns.json().encode(payload)));
      if (!echo) {
        fields.put("echo", false);
      }
      request = builtIns.json().encode(fields);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    builtIns.execute(reply, () -> builtIns.call(room, Names.SEND_TO_ROOM, request, reply));
    return reply.future();
  }

  @Override
  public Registration onMessage(RoomMessageListener listener) {
    Objects.requireNonNull(listener, "listener");
    return listeners.addForAll((room, payload) -> listener.onRoomMessage(read(payload)));
  }

  private RoomMessage read(RawJson payload) {
    JsonNode told = builtIns.tree(payload);
    JsonNode from = told.path("from");
    return new RoomMessage(
        told.path("roomName").asText(),
        told.path("message"),
        from.path("connectionId").asText(),
        Optional.ofNullable(from.path("identity").textValue()),
        told.path("id").asText());
  }
}
