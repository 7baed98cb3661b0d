// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.meshrt.client.record.RecordVersion;

/**
 * What a server pushes about one record.
 *
 * @param content the value, or the patch
 * @param base number of the version that a patch leads from
 * @param ordered whether the server pushes nothing newer than its answer before it: one that tells
 *     a base or a stamp does not
 */
public record RecordPush(
    String id, Kind kind, JsonNode content, RecordVersion version, long base, boolean ordered) {

  /** What it tells. */
  public enum Kind {
    FULL,
    PATCH,
    DELETED,
    NONSENSE
  }

  /** Reads the payload of an update, one among several, or of a deletion. */
  public static RecordPush read(JsonNode push) {
    String id = push.path("recordId").asText("");
    long number = Math.max(0, push.path("version").asLong(0));
    RecordVersion version = new RecordVersion(number, push.path("stamp").asText(""));
    long base = push.path("base").asLong(number - 1);
    boolean ordered = push.has("stamp") || push.has("deleted");
    if (push.has("full")) {
      return new RecordPush(id, Kind.FULL, push.path("full"), version, base, ordered);
    }
    if (push.has("patch")) {
      return new RecordPush(id, Kind.PATCH, push.path("patch"), version, base, ordered);
    }
    Kind kind = push.path("deleted").asBoolean(false) ? Kind.DELETED : Kind.NONSENSE;
    return new RecordPush(id, kind, NullNode.instance, version, base, ordered);
  }

  /** The same as a deletion, which older servers tell by the name of the push alone. */
  public RecordPush asDeletion() {
    return new RecordPush(id, Kind.DELETED, NullNode.instance, version, base, ordered);
  }
}
