// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.internal.dialect.RecordPush;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Parts of what the server tells together in several pushes, for each group it tells so. Owned by
 * the state thread.
 */
final class Unfinished {
  /** As many as are told together; a server lets a connection follow fewer records. */
  private static final int MAX_PUSHES = 4_096;

  private static final int MAX_BYTES = 64 << 20;

  private final Map<String, List<RecordPush>> groups = new HashMap<>();
  private int pushes;
  private int bytes;

  /** A push of several records came: gives what is complete now, perhaps nothing. */
  List<RecordPush> with(JsonNode payload, int payloadBytes) {
    boolean more = payload.path("more").asBoolean(false);
    String group = payload.path("group").asText("");
    List<RecordPush> parts = groups.computeIfAbsent(group, key -> new ArrayList<>());
    payload.path("updates").forEach(update -> parts.add(RecordPush.read(update)));
    pushes += payload.path("updates").size();
    bytes += payloadBytes;
    if (more && pushes < MAX_PUSHES && bytes < MAX_BYTES) {
      return List.of();
    }
    groups.remove(group);
    if (groups.isEmpty()) {
      clear();
    }
    return parts;
  }

  /** What was begun is not finished any more. */
  void clear() {
    groups.clear();
    pushes = 0;
    bytes = 0;
  }
}
