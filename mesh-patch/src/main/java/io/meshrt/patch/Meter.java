// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * Adds up how many bytes JSON has as compact UTF-8 text, and stops as soon as there are too many or
 * the JSON is nested too deeply. Used by one thread.
 */
final class Meter {
  // What stands around path and value, for every operation the same: a few bytes do not matter.
  private static final int OPERATION_BYTES = "{'op':'replace','path':'','value':},".length();

  private final long maxBytes;
  private final int maxDepth;
  private long bytes;

  Meter(long maxBytes, int maxDepth) {
    this.maxBytes = maxBytes;
    this.maxDepth = maxDepth;
  }

  /** Whether a patch of these operations keeps the limits. */
  static boolean fits(List<PatchOperation> operations, PatchLimits limits) {
    var meter = new Meter(limits.maxValueBytes(), limits.maxDepth());
    return operations.size() <= limits.maxOperations()
        && operations.stream().allMatch(meter::addOperation);
  }

  long bytes() {
    return bytes;
  }

  /** Forgets what was added since the meter showed that many bytes. */
  void rewind(long earlierBytes) {
    bytes = earlierBytes;
  }

  /** Adds one operation of a patch and answers false once a limit is passed. */
  boolean addOperation(PatchOperation operation) {
    String path = operation.path();
    JsonNode value = operation.value();
    int depth = Pointer.depth(path);
    if (depth > maxDepth || !add(OPERATION_BYTES + textBytes(path))) {
      return false;
    }
    return value == null || addValue(value, depth);
  }

  /**
   * Adds a value.
   *
   * @param depth objects and arrays around it
   * @return false once a limit is passed
   */
  boolean addValue(JsonNode value, int depth) {
    return switch (value.getNodeType()) {
      case OBJECT -> depth < maxDepth && addObject(value, depth + 1);
      case ARRAY -> depth < maxDepth && addArray(value, depth + 1);
      case NUMBER -> add(JsonNumbers.textLength(value));
      case STRING, BINARY -> add(2 + textBytes(value.asText()));
      case BOOLEAN, NULL -> add(value.asText().length());
      case MISSING, POJO -> throw JsonEquality.notJson(value);
    };
  }

  private boolean addObject(JsonNode object, int depth) {
    boolean within = addBraces(object);
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (!add("'':,".length() + textBytes(member.getKey()))
          || !addValue(member.getValue(), depth)) {
        return false;
      }
    }
    return within;
  }

  private boolean addArray(JsonNode array, int depth) {
    boolean within = addBraces(array);
    for (int i = 0; within && i < array.size(); i++) {
      within = add(1) && addValue(array.get(i), depth);
    }
    return within;
  }

  // Every member and item is counted with a comma; the last one has a brace instead.
  private boolean addBraces(JsonNode container) {
    return add(container.isEmpty() ? 2 : 1);
  }

  private boolean add(long more) {
    bytes += more;
    return bytes <= maxBytes;
  }

  private static long textBytes(String text) {
    long length = 0;
    for (int i = 0; i < text.length(); i++) {
      length += charBytes(text.charAt(i));
    }
    return length;
  }

  private static int charBytes(char c) {
    if (c < 0x80) {
      if (c >= ' ') {
        return c == '"' || c == '\\' ? 2 : 1;
      }
      return c == '\b' || c == '\t' || c == '\n' || c == '\f' || c == '\r' ? 2 : 6;
    }
    if (c < 0x800 || Character.isSurrogate(c)) {
      return 2; // a surrogate is half of four bytes
    }
    return 3;
  }
}
