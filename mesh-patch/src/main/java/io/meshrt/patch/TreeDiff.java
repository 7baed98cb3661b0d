// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One search for the operations between two objects or two arrays. Used by one thread, once.
 *
 * <p>Methods that answer a boolean say whether the change could be expressed within the limits.
 * Where it could not, the object or array around it is replaced as a whole instead, and so on
 * outwards.
 */
final class TreeDiff {
  /** Up to this size the detail of a patch is worth more than the bytes it costs. */
  static final int SMALL_BYTES = 1_024;

  // Every search looks at all that is in the list, so lists in lists would be looked at many times.
  private static final int MAX_SEARCHED_LISTS = 4;

  private final PatchLimits limits;
  private final Meter meter;
  private final List<PatchOperation> operations = new ArrayList<>();

  // Where the search is, as a pointer.
  private final StringBuilder path = new StringBuilder();
  private int depth;
  private int lists;

  TreeDiff(PatchLimits limits) {
    this.limits = limits;
    this.meter = new Meter(limits.maxValueBytes(), limits.maxDepth());
  }

  static boolean sameContainers(JsonNode before, JsonNode after) {
    return before.isObject() ? after.isObject() : before.isArray() && after.isArray();
  }

  Optional<Patch> between(JsonNode before, JsonNode after) {
    boolean worthIt = compare(before, after) && !isLargerThan(after);
    return worthIt ? Optional.of(new Patch(operations)) : Optional.empty();
  }

  private boolean isLargerThan(JsonNode value) {
    long bytes = meter.bytes();
    return bytes > SMALL_BYTES && new Meter(bytes - 1, limits.maxDepth()).addValue(value, 0);
  }

  private boolean compare(JsonNode before, JsonNode after) {
    return before.isObject() ? compareObjects(before, after) : compareArrays(before, after);
  }

  private boolean compareObjects(JsonNode before, JsonNode after) {
    int kept = 0;
    for (Map.Entry<String, JsonNode> member : before.properties()) {
      JsonNode next = after.get(member.getKey());
      if (next != null) {
        kept++;
      }
      boolean expressed =
          next == null ? remove(member.getKey()) : change(member.getKey(), member.getValue(), next);
      if (!expressed) {
        return false;
      }
    }
    if (kept == after.size()) {
      return true;
    }
    for (Map.Entry<String, JsonNode> member : after.properties()) {
      if (!before.has(member.getKey()) && !add(member.getKey(), member.getValue())) {
        return false;
      }
    }
    return true;
  }

  private boolean compareArrays(JsonNode before, JsonNode after) {
    int shorter = Math.min(before.size(), after.size());
    int start = 0;
    while (start < shorter && JsonEquality.sameValue(before.get(start), after.get(start))) {
      start++;
    }
    int tail = 0;
    while (tail < shorter - start
        && JsonEquality.sameValue(
            before.get(before.size() - 1 - tail), after.get(after.size() - 1 - tail))) {
      tail++;
    }
    List<JsonNode> old = items(before, start, before.size() - tail);
    List<JsonNode> next = items(after, start, after.size() - tail);
    List<ArrayScript.Step> script =
        lists < MAX_SEARCHED_LISTS
            ? ArrayScript.between(old, next)
            : ArrayScript.placeByPlace(old, next);
    lists++;
    boolean expressed = follow(script, start);
    lists--;
    return expressed;
  }

  private boolean follow(List<ArrayScript.Step> script, int start) {
    for (ArrayScript.Step step : script) {
      if (!take(step, Integer.toString(start + step.index()))) {
        return false;
      }
    }
    return true;
  }

  private boolean take(ArrayScript.Step step, String index) {
    JsonNode before = step.before();
    JsonNode after = step.after();
    if (before == null || after == null) {
      return after == null ? remove(index) : add(index, after);
    }
    return change(index, before, after);
  }

  private boolean change(String token, JsonNode before, JsonNode after) {
    if (JsonEquality.isOneTree(before, after)) {
      return true;
    }
    if (sameContainers(before, after)) {
      return descend(token, before, after);
    }
    return JsonEquality.sameValue(before, after) || replace(token, after);
  }

  private boolean descend(String token, JsonNode before, JsonNode after) {
    if (depth + 1 >= limits.maxDepth() || !isAddressable(token)) {
      return JsonEquality.sameValue(before, after);
    }
    int pathLength = path.length();
    int operationCount = operations.size();
    long bytes = meter.bytes();

    Pointer.append(path, token);
    depth++;
    boolean found = compare(before, after);
    depth--;
    path.setLength(pathLength);

    long spent = meter.bytes() - bytes;
    if (found && spent <= SMALL_BYTES) {
      return true;
    }
    var whole = new PatchOperation.Replace(pathTo(token), after);
    if (found && !new Meter(spent - 1, limits.maxDepth()).addOperation(whole)) {
      return true;
    }
    operations.subList(operationCount, operations.size()).clear();
    meter.rewind(bytes);
    return emit(whole);
  }

  private boolean add(String token, JsonNode value) {
    return isAddressable(token) && emit(new PatchOperation.Add(pathTo(token), value));
  }

  private boolean remove(String token) {
    return isAddressable(token) && emit(new PatchOperation.Remove(pathTo(token)));
  }

  private boolean replace(String token, JsonNode value) {
    return isAddressable(token) && emit(new PatchOperation.Replace(pathTo(token), value));
  }

  private boolean emit(PatchOperation operation) {
    operations.add(operation);
    return operations.size() <= limits.maxOperations() && meter.addOperation(operation);
  }

  private String pathTo(String token) {
    int length = path.length();
    Pointer.append(path, token);
    String pointer = path.toString();
    path.setLength(length);
    return pointer;
  }

  // fast-json-patch takes these for attacks on JavaScript's prototypes and throws.
  private boolean isAddressable(String token) {
    return switch (token) {
      case "__proto__" -> false;
      case "prototype" -> !path.toString().endsWith("/constructor");
      default -> true;
    };
  }

  private static List<JsonNode> items(JsonNode array, int from, int to) {
    var items = new ArrayList<JsonNode>(to - from);
    for (int i = from; i < to; i++) {
      items.add(array.get(i));
    }
    return items;
  }
}
