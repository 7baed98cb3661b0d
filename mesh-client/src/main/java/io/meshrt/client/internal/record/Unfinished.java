// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.internal.dialect.RecordPush;
import java.util.ArrayList;
import java.util.List;

/** Parts of what the server tells together in several pushes. Owned by the state thread. */
final class Unfinished {
  /** As many as are told together; a server lets a connection follow fewer records. */
  private static final int MAX_PUSHES = 4_096;

  private List<RecordPush> parts = new ArrayList<>();

  /** A push of several records came: gives what is complete now, perhaps nothing. */
  List<RecordPush> with(JsonNode payload) {
    payload.path("updates").forEach(update -> parts.add(RecordPush.read(update)));
    if (payload.path("more").asBoolean(false) && parts.size() < MAX_PUSHES) {
      return List.of();
    }
    List<RecordPush> complete = parts;
    clear();
    return complete;
  }

  /** What was begun is not finished any more. */
  void clear() {
    parts = new ArrayList<>();
  }
}
