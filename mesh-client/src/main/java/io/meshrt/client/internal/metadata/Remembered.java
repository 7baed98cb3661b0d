// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.patch.JsonMerge;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has to be done to the metadata of a new connection, so that it becomes what the accepted
 * changes made of the old one. Owned by the state thread.
 *
 * <p>Once a value replaced what was there, all is known. Before that, only changes are: the keys
 * that were put in place of whatever was there, and apart from them those that were merged into it.
 */
final class Remembered {
  private @Nullable JsonNode value; // what a replacement came to
  private ObjectNode replacedKeys = JsonNodeFactory.instance.objectNode();
  private ObjectNode mergedKeys = JsonNodeFactory.instance.objectNode();

  /** The server accepted a change. */
  void add(Strategy strategy, JsonNode change) {
    JsonNode known = value;
    if (strategy == Strategy.REPLACE || !(change instanceof ObjectNode)) {
      replace(change);
    } else if (known != null) {
      boolean deep = strategy == Strategy.DEEP_MERGE;
      replace(deep ? JsonMerge.deep(known, change) : JsonMerge.shallow(known, change));
    } else {
      for (Map.Entry<String, JsonNode> key : change.properties()) {
        addKey(strategy, key.getKey(), key.getValue());
      }
    }
  }

  /** What to do by this strategy, in the order of the strategies; null for nothing. */
  @Nullable JsonNode change(Strategy strategy) {
    return switch (strategy) {
      case REPLACE -> value;
      case MERGE -> replacedKeys.isEmpty() ? null : replacedKeys;
      case DEEP_MERGE -> mergedKeys.isEmpty() ? null : mergedKeys;
    };
  }

  /** The server refused to take it again. */
  void forget() {
    value = null;
    clearKeys();
  }

  private void replace(JsonNode by) {
    value = by;
    clearKeys();
  }

  private void clearKeys() {
    replacedKeys = JsonNodeFactory.instance.objectNode();
    mergedKeys = JsonNodeFactory.instance.objectNode();
  }

  private void addKey(Strategy strategy, String key, JsonNode change) {
    boolean merges = strategy == Strategy.DEEP_MERGE && change instanceof ObjectNode;
    if (!merges) {
      mergedKeys.remove(key);
      replacedKeys.set(key, change);
    } else if (replacedKeys.has(key)) {
      replacedKeys.set(key, JsonMerge.deep(replacedKeys.get(key), change));
    } else {
      mergedKeys.set(key, JsonMerge.deep(mergedKeys.get(key), change));
    }
  }
}
