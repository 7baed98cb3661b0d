// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import io.meshrt.client.record.RecordVersion;
import io.meshrt.core.codec.RawJson;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a server answers when it has changed several records.
 *
 * @param versions by the id of the record, in the order asked for
 */
public record TransactionAnswer(Map<String, RecordVersion> versions) {
  /** Reads a reply; what makes no sense in it is as if it were not there. */
  public static TransactionAnswer read(RawJson reply) {
    Map<String, RecordVersion> versions = new LinkedHashMap<>();
    ExactJson.tree(reply)
        .path("results")
        .forEach(
            result ->
                versions.put(
                    result.path("recordId").asText(""),
                    new RecordVersion(
                        Math.max(0, result.path("version").asLong(0)),
                        result.path("stamp").asText(""))));
    return new TransactionAnswer(versions);
  }
}
