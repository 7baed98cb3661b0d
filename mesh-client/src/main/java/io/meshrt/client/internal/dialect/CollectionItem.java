// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.core.codec.RawJson;

/**
 * A record in a collection, as a server tells it.
 *
 * @param version {@link RecordVersion#NONE} where it tells none
 * @param at its place, counted from 0; {@link #LAST} where it tells none
 */
public record CollectionItem(String id, RawJson value, RecordVersion version, int at) {
  /** Behind all others. */
  public static final int LAST = Integer.MAX_VALUE;

  /** Reads one of an answer, or of a push of our own server. */
  static CollectionItem read(JsonNode item) {
    JsonNode value = item.path("record");
    long number = Math.max(0, item.path("version").asLong(0));
    return new CollectionItem(
        item.path("id").asText(""),
        value.isMissingNode() ? RawJson.NULL : ExactJson.encode(value),
        new RecordVersion(number, item.path("stamp").asText("")),
        item.path("at").asInt(LAST));
  }

  /** Reads a record of which a server of the family tells nothing but its value. */
  static CollectionItem ofRecord(JsonNode record) {
    String id = record.path("id").asText("");
    return new CollectionItem(id, ExactJson.encode(record), RecordVersion.NONE, LAST);
  }

  /**
   * A record of which such a server pushes the value: as its answers and diffs have it, an object
   * with its id.
   */
  public static CollectionItem of(RecordPush push) {
    JsonNode member = withId(push.id(), push.content());
    return new CollectionItem(push.id(), ExactJson.encode(member), push.version(), LAST);
  }

  private static JsonNode withId(String id, JsonNode record) {
    if (record.path("id").asText("").equals(id)) {
      return record;
    }
    ObjectNode member = JsonNodeFactory.instance.objectNode().put("id", id);
    if (record instanceof ObjectNode fields) {
      member.setAll(fields);
      member.put("id", id);
    } else {
      member.set("value", record);
    }
    return member;
  }
}
