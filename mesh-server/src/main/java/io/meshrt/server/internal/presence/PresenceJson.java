// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.core.codec.RawJson;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The payloads of presence as all generations derive theirs from. */
final class PresenceJson {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

  private PresenceJson() {}

  /** Of a push {@code join} or {@code leave}. */
  static RawJson membership(String type, String room, String connectionId, long timeMillis) {
    return new PresenceJson().head(type, room, connectionId).tail(timeMillis);
  }

  /** Of a push {@code state}. */
  static RawJson state(String room, String connectionId, RawJson state, long timeMillis) {
    return new PresenceJson()
        .head("state", room, connectionId)
        .text(",\"state\":")
        .raw(state)
        .tail(timeMillis);
  }

  /** Who is present, with metadata (null where there is none), and with states. */
  static RawJson members(Map<String, PresenceValue> present, Map<String, RawJson> metadata) {
    PresenceJson json = new PresenceJson().text("{\"success\":true,\"present\":[");
    String comma = "";
    for (String id : present.keySet()) {
      RawJson attached = metadata.getOrDefault(id, RawJson.NULL);
      json.text(comma).text("{\"id\":").string(id).text(",\"metadata\":").raw(attached).text("}");
      comma = ",";
    }
    return json.states(present);
  }

  /** Who is present, by id only, and with states. */
  static RawJson ids(Map<String, PresenceValue> present) {
    PresenceJson json = new PresenceJson().text("{\"success\":true,\"present\":[");
    String comma = "";
    for (String id : present.keySet()) {
      json.text(comma).string(id);
      comma = ",";
    }
    return json.states(present);
  }

  private RawJson states(Map<String, PresenceValue> present) {
    text("],\"states\":{");
    String comma = "";
    for (Map.Entry<String, PresenceValue> member : present.entrySet()) {
      @Nullable RawJson state = member.getValue().state().orElse(null);
      if (state != null) {
        text(comma).string(member.getKey()).text(":").raw(state);
        comma = ",";
      }
    }
    return text("}}").end();
  }

  private PresenceJson head(String type, String room, String connectionId) {
    return text("{\"type\":")
        .string(type)
        .text(",\"connectionId\":")
        .string(connectionId)
        .text(",\"roomName\":")
        .string(room);
  }

  private RawJson tail(long timeMillis) {
    return text(",\"timestamp\":" + timeMillis + "}").end();
  }

  private PresenceJson text(String ascii) {
    bytes.writeBytes(ascii.getBytes(UTF_8));
    return this;
  }

  private PresenceJson string(String value) {
    return raw(RawJson.ofString(value));
  }

  private PresenceJson raw(RawJson json) {
    bytes.writeBytes(json.toByteArray());
    return this;
  }

  private RawJson end() {
    return RawJson.ofValid(bytes.toByteArray());
  }
}
