// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server answers to one who subscribes to a collection.
 *
 * @param records in their order
 * @param more whether pushes tell the rest
 */
public record CollectionAnswer(List<CollectionItem> records, long version, boolean more) {
  /** Copies the list. */
  public CollectionAnswer {
    records = List.copyOf(records);
  }

  /** Reads a reply; what makes no sense in it is as if it were not there. */
  public static CollectionAnswer read(RawJson reply) {
    JsonNode answer = ExactJson.tree(reply);
    List<CollectionItem> records = new ArrayList<>();
    answer.path("records").forEach(item -> records.add(CollectionItem.read(item)));
    return new CollectionAnswer(
        records,
        Math.max(0, answer.path("version").asLong(0)),
        answer.path("more").asBoolean(false));
  }
}
