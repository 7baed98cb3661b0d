// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.patch.Patch;
import io.meshrt.server.fakes.LivePeer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a client makes of its frames. Strict: versions grow, patches fit, nothing comes for what was
 * not subscribed.
 */
final class Replica {
  /** A record as the client has it. */
  record Held(JsonNode value, long version) {}

  private final Map<String, Held> records = new HashMap<>();
  private boolean legacy;

  /** Reads what came since a client subscribed with the request of this id. */
  static Replica of(LivePeer peer, String record, long requestId) {
    Replica replica = new Replica();
    List<String> frames = peer.frames();
    boolean subscribed = false;
    for (String text : frames) {
      JsonNode frame = RecordContract.json(text);
      if (frame.path("id").asLong(-1) == requestId) {
        subscribed = true;
        replica.legacy = frame.has("command");
        JsonNode payload = frame.get("payload");
        replica.records.put(
            record, new Held(payload.get("record"), payload.get("version").longValue()));
      } else if (subscribed && !frame.has("id")) {
        replica.on(record, frame);
      }
    }
    return replica;
  }

  Held get(String record) {
    return records.get(record);
  }

  private void on(String only, JsonNode push) {
    String command = push.get("command").asText();
    if (command.endsWith("record-updates")) {
      push.get("payload").get("updates").forEach(update -> on(only, update, false));
    } else if (command.endsWith("record-update") || command.endsWith("record-deleted")) {
      on(only, push.get("payload"), command.endsWith("record-deleted"));
    }
  }

  private void on(String only, JsonNode update, boolean deleted) {
    String id = update.get("recordId").asText();
    if (!id.equals(only)) {
      return;
    }
    Held held = records.get(id);
    long version = update.get("version").longValue();
    if (held == null) {
      throw new AssertionError("not subscribed any more: " + update);
    }
    if (deleted || update.path("deleted").asBoolean()) {
      records.remove(id);
      return;
    }
    if (version <= held.version()) {
      throw new AssertionError(version + " behind " + held.version() + ": " + update);
    }
    records.put(id, new Held(next(held, update, version), version));
  }

  private JsonNode next(Held held, JsonNode update, long version) {
    if (update.has("full")) {
      return update.get("full");
    }
    long base = legacy ? version - 1 : update.get("base").longValue();
    if (base != held.version()) {
      throw new AssertionError("patch of " + base + " for " + held.version() + ": " + update);
    }
    return Patch.fromJson(update.get("patch")).applyTo(held.value());
  }
}
