// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.server.internal.cluster.Position;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the work of a partition is done: all up to an offset, some ranges beyond it, and what was
 * begun with, how often. Belongs to a lane.
 */
final class Progress {
  private static final Logger log = LoggerFactory.getLogger(Progress.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private Position through = Position.NONE;

  /** Ranges beyond, first offset to last; none touch. */
  private final TreeMap<Long, Long> beyond = new TreeMap<>();

  private final Map<Long, Integer> begun = new HashMap<>();

  /** Up to where all is done; {@link Position#NONE} before anything was. */
  Position through() {
    return through;
  }

  /** Everything up to a position of another epoch, or of the first one, counts as done. */
  void reset(Position position) {
    through = position;
    beyond.clear();
    begun.clear();
  }

  boolean isDone(long offset) {
    Map.Entry<Long, Long> range = beyond.floorEntry(offset);
    return offset <= through.offset() || (range != null && offset <= range.getValue());
  }

  /** One more delivery begins; tells which one it is. */
  int begin(long offset) {
    return begun.merge(offset, 1, Integer::sum);
  }

  /** What was to begin did not. */
  void unbegin(long offset) {
    begun.computeIfPresent(offset, (key, count) -> count > 1 ? count - 1 : null);
  }

  void done(long offset) {
    done(offset, offset);
  }

  /** All of a range is done; tells how much of it was not before. */
  long done(long first, long last) {
    begun.keySet().removeIf(offset -> offset >= first && offset <= last);
    if (last <= through.offset()) {
      return 0;
    }
    long open = open(Math.max(first, through.offset() + 1), last);
    long from = first;
    long to = last;
    Map.Entry<Long, Long> before = beyond.floorEntry(from);
    if (before != null && before.getValue() >= from - 1) {
      from = before.getKey();
      to = Math.max(to, before.getValue());
    }
    Map.Entry<Long, Long> next = beyond.higherEntry(from);
    while (next != null && next.getKey() <= to + 1) {
      to = Math.max(to, next.getValue());
      beyond.remove(next.getKey());
      next = beyond.higherEntry(from);
    }
    if (from <= through.offset() + 1) {
      beyond.remove(from);
      through = new Position(through.epoch(), to);
    } else {
      beyond.put(from, to);
    }
    return open;
  }

  private long open(long first, long last) {
    long open = last - first + 1;
    for (Map.Entry<Long, Long> range : beyond.headMap(last, true).entrySet()) {
      open -= Math.max(0, Math.min(last, range.getValue()) - Math.max(first, range.getKey()) + 1);
    }
    return open;
  }

  byte[] encode() {
    ObjectNode json = JSON.createObjectNode();
    json.put("epoch", through.epoch()).put("through", through.offset());
    ArrayNode ranges = json.putArray("beyond");
    beyond.forEach((first, last) -> ranges.addArray().add(first).add(last));
    ObjectNode counts = json.putObject("begun");
    begun.forEach((offset, count) -> counts.put(Long.toString(offset), count));
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // a tree can always be written
    }
  }

  /** Reads what {@link #encode} wrote; of anything else nothing counts as done. */
  static Progress decode(byte[] bytes) {
    try {
      return decode(JSON.readTree(bytes));
    } catch (IOException | RuntimeException e) {
      log.warn("the progress of a partition cannot be read: work may be done again");
      return new Progress();
    }
  }

  private static Progress decode(JsonNode json) {
    Progress progress = new Progress();
    String epoch = json.path("epoch").asText();
    if (epoch.isEmpty()) {
      return progress;
    }
    progress.through = new Position(epoch, json.path("through").asLong());
    json.path("beyond").forEach(range -> progress.load(range.path(0), range.path(1)));
    json.path("begun")
        .properties()
        .forEach(e -> progress.begun.put(Long.parseLong(e.getKey()), e.getValue().asInt()));
    return progress;
  }

  private void load(JsonNode first, JsonNode last) {
    if (first.asLong() <= through.offset() || last.asLong() < first.asLong()) {
      throw new IllegalArgumentException("beyond: " + first + " to " + last);
    }
    beyond.put(first.asLong(), last.asLong());
  }
}
