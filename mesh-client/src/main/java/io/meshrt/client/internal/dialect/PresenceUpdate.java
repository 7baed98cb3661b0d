// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One change of a room's presence, as it is pushed.
 *
 * @param state of a {@code STATE}; null when the state is gone
 * @param timestampMillis the server's time; negative when it told none
 */
public record PresenceUpdate(
    Type type, String room, String connectionId, @Nullable JsonNode state, long timestampMillis) {

  /** What happened. */
  public enum Type {
    JOIN,
    LEAVE,
    STATE
  }

  /** Reads the payload of the push; null when it makes no sense, or tells something newer. */
  public static @Nullable PresenceUpdate read(JsonNode payload) {
    JsonNode room = payload.path("roomName");
    JsonNode connectionId = payload.path("connectionId");
    Type type = type(payload.path("type").asText(""));
    if (type == null || !room.isTextual() || !connectionId.isTextual()) {
      return null;
    }
    return new PresenceUpdate(
        type,
        room.textValue(),
        connectionId.textValue(),
        Present.valueOrNull(payload.path("state")),
        payload.path("timestamp").asLong(-1));
  }

  private static @Nullable Type type(String name) {
    return switch (name) {
      case "join" -> Type.JOIN;
      case "leave" -> Type.LEAVE;
      case "state" -> Type.STATE;
      default -> null;
    };
  }
}
