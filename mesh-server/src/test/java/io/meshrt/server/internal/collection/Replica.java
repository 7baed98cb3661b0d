// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a client of {@code mesh.v1} makes of what it is told, as the page about the protocol says.
 */
final class Replica {
  private final List<String> ids = new ArrayList<>();
  private final List<String> values = new ArrayList<>();
  private final List<JsonNode> parts = new ArrayList<>();
  private long version;
  private boolean unfinished;

  /** The reply to its subscription. */
  Replica(JsonNode reply) {
    version = reply.get("version").asLong();
    unfinished = reply.path("more").asBoolean();
    for (JsonNode record : reply.get("records")) {
      ids.add(record.get("id").asText());
      values.add(record.get("record").toString());
    }
  }

  /** A diff. */
  void apply(JsonNode payload) {
    boolean resets = payload.path("reset").asBoolean();
    if (!resets && payload.get("base").asLong() != version) {
      throw new AssertionError("at " + version + ", told " + payload);
    }
    if (resets && unfinished) {
      throw new AssertionError("begins anew inside a chain: " + payload);
    }
    if (resets) {
      ids.clear();
      values.clear();
    }
    version = payload.get("version").asLong();
    parts.add(payload);
    unfinished = payload.path("more").asBoolean();
    if (!unfinished) {
      applyParts();
    }
  }

  private void applyParts() {
    Set<String> out = new HashSet<>();
    Map<Integer, JsonNode> in = new TreeMap<>();
    for (JsonNode part : parts) {
      part.path("removed").forEach(id -> out.add(id.asText()));
      part.path("changed").forEach(item -> out.add(item.get("id").asText()));
      part.path("changed").forEach(item -> in.put(item.get("at").asInt(), item));
      part.path("added").forEach(item -> in.put(item.get("at").asInt(), item));
    }
    parts.clear();
    for (String id : out) {
      int place = ids.indexOf(id);
      ids.remove(place);
      values.remove(place);
    }
    in.forEach(
        (at, item) -> {
          ids.add(at, item.get("id").asText());
          values.add(at, item.get("record").toString());
        });
  }

  boolean isWhole() {
    return !unfinished;
  }

  long version() {
    return version;
  }

  /** As {@code id=value}, in order. */
  List<String> shown() {
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      shown.add(ids.get(i) + "=" + values.get(i));
    }
    return shown;
  }
}
