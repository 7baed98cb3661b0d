// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Merges a change into a stored value, as the write strategies {@code merge} and {@code deepMerge}
 * do.
 *
 * <p>Only objects merge; whenever one side is something else, the change replaces the stored value.
 * A member that is {@code null} in the change becomes {@code null}: merging removes nothing, unlike
 * RFC 7396. Java's {@code null} is JSON's. Neither tree is changed, but the result shares parts
 * with both. Any thread may call this.
 */
public final class JsonMerge {
  private JsonMerge() {}

  /** The members of both; where both have one, the change's. */
  public static JsonNode shallow(@Nullable JsonNode stored, @Nullable JsonNode change) {
    if (stored instanceof ObjectNode old && change instanceof ObjectNode changed) {
      return copy(old).setAll(changed);
    }
    return JsonEquality.orNull(change);
  }

  /** As {@link #shallow}, but members that are objects on both sides are merged in turn. */
  public static JsonNode deep(@Nullable JsonNode stored, @Nullable JsonNode change) {
    if (stored instanceof ObjectNode old && change instanceof ObjectNode changed) {
      ObjectNode merged = copy(old);
      for (Map.Entry<String, JsonNode> member : changed.properties()) {
        merged.set(member.getKey(), deep(old.get(member.getKey()), member.getValue()));
      }
      return merged;
    }
    return JsonEquality.orNull(change);
  }

  private static ObjectNode copy(ObjectNode object) {
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    copy.setAll(object);
    return copy;
  }
}
