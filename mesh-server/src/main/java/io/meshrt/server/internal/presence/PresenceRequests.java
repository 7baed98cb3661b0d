// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.exposure.Fields;
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
    return room(Fields.of(request, json));
  }

  Publication publication(Request request) {
    Fields fields = Fields.of(request, json);
    String room = room(fields);
    JsonNode state = fields.value("state");
    if (state.isNull() || (isFalsy(state) && request.generation() != Generation.V1)) {
      throw fields.unfit("state", "missing");
    }
    return new Publication(room, json.encode(state), expiry(fields), fields.flag("silent"));
  }

  private static String room(Fields fields) {
    return fields.name("roomName");
  }

  private static @Nullable Duration expiry(Fields fields) {
    double millis = Math.ceil(fields.number("expireAfter").orElse(0));
    if (millis > 0) {
      return millis < MAX_EXPIRY.toMillis() ? Duration.ofMillis((long) millis) : MAX_EXPIRY;
    }
    return null;
  }

  /** As in JavaScript; the generations before {@code mesh.v1} refuse such states. */
  private static boolean isFalsy(JsonNode node) {
    return (node.isBoolean() && !node.booleanValue())
        || (node.isNumber() && node.doubleValue() == 0)
        || (node.isTextual() && node.textValue().isEmpty());
  }
}
