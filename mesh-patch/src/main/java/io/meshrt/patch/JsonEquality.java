// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Equality of JSON values: objects without regard to the order of their keys, arrays item by item,
 * numbers by value, so that {@code 1}, {@code 1.0} and {@code 1e0} are the same.
 *
 * <p>{@link JsonNode#equals} is stricter: it tells an int from a long and a double. Java's {@code
 * null} is JSON's here. Trees with something that JSON cannot say, such as NaN or a Java object,
 * are refused with an {@link IllegalArgumentException}. Any thread may call this.
 */
public final class JsonEquality {
  private JsonEquality() {}

  public static boolean same(@Nullable JsonNode a, @Nullable JsonNode b) {
    return sameValue(orNull(a), orNull(b));
  }

  static JsonNode orNull(@Nullable JsonNode node) {
    return node == null ? NullNode.getInstance() : node;
  }

  static boolean sameValue(JsonNode a, JsonNode b) {
    if (isOneTree(a, b)) {
      return true;
    }
    return switch (a.getNodeType()) {
      case OBJECT -> b.isObject() && sameMembers(a, b);
      case ARRAY -> b.isArray() && sameItems(a, b);
      case NUMBER -> b.isNumber() && JsonNumbers.same(a, b);
      case STRING, BINARY -> isText(b) && a.asText().equals(b.asText());
      case BOOLEAN -> b.isBoolean() && a.booleanValue() == b.booleanValue();
      case NULL -> b.isNull();
      case MISSING, POJO -> throw notJson(a);
    };
  }

  @SuppressWarnings("ReferenceEquality") // spares walking through parts that two versions share
  static boolean isOneTree(JsonNode a, JsonNode b) {
    return a == b;
  }

  /** The same for values that are the same. */
  static int hash(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        int sum = 0;
        for (Map.Entry<String, JsonNode> member : node.properties()) {
          sum += 31 * member.getKey().hashCode() ^ hash(member.getValue());
        }
        yield sum;
      }
      case ARRAY -> {
        int hash = 1;
        for (JsonNode item : node) {
          hash = 31 * hash + hash(item);
        }
        yield hash;
      }
      case NUMBER -> JsonNumbers.hash(node);
      case STRING, BINARY -> node.asText().hashCode();
      case BOOLEAN -> Boolean.hashCode(node.booleanValue());
      case NULL -> 0;
      case MISSING, POJO -> throw notJson(node);
    };
  }

  static IllegalArgumentException notJson(JsonNode node) {
    return new IllegalArgumentException("not a JSON value: " + node.getNodeType());
  }

  private static boolean sameMembers(JsonNode a, JsonNode b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Map.Entry<String, JsonNode> member : a.properties()) {
      JsonNode other = b.get(member.getKey());
      if (other == null || !sameValue(member.getValue(), other)) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameItems(JsonNode a, JsonNode b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!sameValue(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  // Bytes are written as a string, and come back as one.
  private static boolean isText(JsonNode node) {
    return node.isTextual() || node.isBinary();
  }
}
