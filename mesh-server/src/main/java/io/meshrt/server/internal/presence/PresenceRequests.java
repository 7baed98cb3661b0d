// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.Request;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads what clients ask for; what does not fit fails with {@code EBADREQUEST}. */
final class PresenceRequests {
  /** Longer than any connection. */
  private static final Duration MAX_EXPIRY = Duration.ofDays(366);

  private final JsonValues json;

  PresenceRequests(JsonValues json) {
    this.json = json;
  }

  /**
   * A state to be published.
   *
   * @param expireAfter null for never
   */
  record Publication(String room, RawJson state, @Nullable Duration expireAfter, boolean silent) {}

  /** The one field of most requests. */
  String room(Request request) {
    return room(fields(request));
  }

  Publication publication(Request request) {
    JsonNode fields = fields(request);
    String room = room(fields);
    JsonNode state = fields.path("state");
    if (isMissing(state) || (isFalsy(state) && request.generation() != Generation.V1)) {
      throw CommandException.badRequest("state: missing");
    }
    return new Publication(room, json.encode(state), expiry(fields), isSilent(fields));
  }

  private JsonNode fields(Request request) {
    JsonNode fields = json.tree(request.payload());
    if (!fields.isObject()) {
      throw CommandException.badRequest("payload: not an object");
    }
    return fields;
  }

  private static String room(JsonNode fields) {
    JsonNode name = fields.path("roomName");
    if (!name.isTextual()) {
      throw CommandException.badRequest("roomName: not a string");
    }
    return name.textValue();
  }

  private static @Nullable Duration expiry(JsonNode fields) {
    JsonNode millis = fields.path("expireAfter");
    if (isMissing(millis)) {
      return null;
    }
    if (!millis.isNumber()) {
      throw CommandException.badRequest("expireAfter: not a number");
    }
    double value = millis.doubleValue();
    if (value > 0) {
      return value < MAX_EXPIRY.toMillis()
          ? Duration.ofMillis((long) Math.ceil(value))
          : MAX_EXPIRY;
    }
    return null;
  }

  private static boolean isSilent(JsonNode fields) {
    JsonNode silent = fields.path("silent");
    if (!isMissing(silent) && !silent.isBoolean()) {
      throw CommandException.badRequest("silent: not a boolean");
    }
    return silent.booleanValue();
  }

  private static boolean isMissing(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  /** As in JavaScript; the generations before {@code mesh.v1} refuse such states. */
  private static boolean isFalsy(JsonNode node) {
    return (node.isBoolean() && !node.booleanValue())
        || (node.isNumber() && node.doubleValue() == 0)
        || (node.isTextual() && node.textValue().isEmpty());
  }
}
