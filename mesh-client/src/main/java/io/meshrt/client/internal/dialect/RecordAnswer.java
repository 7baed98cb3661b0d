// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.core.codec.RawJson;

/**
 * What a server answers when it is asked for a record, or has written one.
 *
 * @param value null node where there is none
 * @param unchanged whether the client has the version already, so that no value is told
 */
public record RecordAnswer(JsonNode value, RecordVersion version, boolean unchanged) {
  /** Reads a reply; what makes no sense in it is as if it were not there. */
  public static RecordAnswer read(RawJson reply) {
    JsonNode answer = ExactJson.tree(reply);
    JsonNode value = answer.path("record");
    long number = Math.max(0, answer.path("version").asLong(0));
    return new RecordAnswer(
        value.isMissingNode() ? NullNode.instance : value,
        new RecordVersion(number, answer.path("stamp").asText("")),
        answer.path("unchanged").asBoolean(false));
  }
}
