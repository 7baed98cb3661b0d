// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.flipkart.zjsonpatch.DiffFlags;
import com.flipkart.zjsonpatch.JsonDiff;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The steps that turn one list of items into another.
 *
 * <p>zjsonpatch finds them. It never sees the items: equal ones get the same number, and it
 * compares lists of numbers. So it cannot tell {@code 1} from {@code 1.0}, and a comparison costs
 * the same for large items. Where its search could take long, the lists are compared place by
 * place.
 */
final class ArrayScript {

  /**
   * One step: an item is inserted (there is none before), removed (there is none after), or becomes
   * another. The index counts in the list as the steps so far have left it.
   */
  record Step(int index, @Nullable JsonNode before, @Nullable JsonNode after) {}

  // The search takes time in proportion to items times edits; this much is a few milliseconds.
  private static final int MAX_COST = 1_000_000;

  // Items that differ but have the same hash. Someone may have chosen them, so there is an end.
  private static final int MAX_ALIKE = 8;

  private static final EnumSet<DiffFlags> PLAIN =
      EnumSet.of(
          DiffFlags.OMIT_VALUE_ON_REMOVE,
          DiffFlags.OMIT_MOVE_OPERATION,
          DiffFlags.OMIT_COPY_OPERATION);

  private ArrayScript() {}

  static List<Step> between(List<JsonNode> before, List<JsonNode> after) {
    int items = before.size() + after.size();
    if (before.isEmpty() || after.isEmpty() || items == 2) {
      return placeByPlace(before, after);
    }
    var numbers = new Numbering();
    int[] old = numbers.of(before);
    int[] next = numbers.of(after);
    if ((long) items * editsAtMost(old, next, numbers.count()) > MAX_COST) {
      return placeByPlace(before, after);
    }
    return read(JsonDiff.asJson(toJson(old), toJson(next), PLAIN), before, numbers);
  }

  static List<Step> placeByPlace(List<JsonNode> before, List<JsonNode> after) {
    int common = Math.min(before.size(), after.size());
    var steps = new ArrayList<Step>();
    for (int i = 0; i < common; i++) {
      steps.add(new Step(i, before.get(i), after.get(i)));
    }
    for (int i = before.size() - 1; i >= common; i--) {
      steps.add(new Step(i, before.get(i), null));
    }
    for (int i = common; i < after.size(); i++) {
      steps.add(new Step(i, null, after.get(i)));
    }
    return steps;
  }

  private static List<Step> read(JsonNode script, List<JsonNode> before, Numbering numbers) {
    var items = new ArrayList<>(before);
    var steps = new ArrayList<Step>(script.size());
    for (JsonNode operation : script) {
      int index = Integer.parseInt(operation.get("path").textValue().substring(1));
      switch (operation.get("op").textValue()) {
        case "add" -> {
          JsonNode added = numbers.item(operation.get("value").intValue());
          steps.add(new Step(index, null, added));
          items.add(index, added);
        }
        case "remove" -> steps.add(new Step(index, items.remove(index), null));
        case "replace" -> {
          JsonNode changed = numbers.item(operation.get("value").intValue());
          steps.add(new Step(index, items.set(index, changed), changed));
        }
        default -> throw new IllegalStateException("unexpected: " + operation.get("op"));
      }
    }
    return steps;
  }

  /*
   * An upper bound of the edits that the search will find, without searching: of the numbers that
   * occur once on each side, the longest run that is in the same order on both sides can stay. The
   * length of that run is the length of the longest increasing subsequence of their places.
   */
  private static int editsAtMost(int[] before, int[] after, int count) {
    int[] placeBefore = uniquePlaces(before, count);
    int[] placeAfter = uniquePlaces(after, count);
    int[] lowestEnd = new int[Math.min(before.length, after.length)];
    int longest = 0;
    for (int number : after) {
      int place = placeBefore[number];
      if (place >= 0 && placeAfter[number] >= 0) {
        int at = -1 - Arrays.binarySearch(lowestEnd, 0, longest, place);
        lowestEnd[at] = place;
        longest = Math.max(longest, at + 1);
      }
    }
    return before.length + after.length - 2 * longest;
  }

  /** Where each number stands, -1 if nowhere, -2 if in several places. */
  private static int[] uniquePlaces(int[] numbers, int count) {
    int[] places = new int[count];
    Arrays.fill(places, -1);
    for (int i = 0; i < numbers.length; i++) {
      places[numbers[i]] = places[numbers[i]] == -1 ? i : -2;
    }
    return places;
  }

  private static ArrayNode toJson(int[] numbers) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode(numbers.length);
    for (int number : numbers) {
      array.add(number);
    }
    return array;
  }

  /**
   * Gives the same number to items that are the same, though not always: an item with one number
   * too many only makes for a longer way to the same result.
   */
  private static final class Numbering {
    private final Map<Integer, List<Integer>> numbersByHash = new HashMap<>();
    private final List<JsonNode> items = new ArrayList<>();

    int[] of(List<JsonNode> list) {
      return list.stream().mapToInt(this::number).toArray();
    }

    int count() {
      return items.size();
    }

    JsonNode item(int number) {
      return items.get(number);
    }

    private int number(JsonNode item) {
      List<Integer> alike =
          numbersByHash.computeIfAbsent(JsonEquality.hash(item), hash -> new ArrayList<>(1));
      for (int number : alike) {
        if (JsonEquality.sameValue(items.get(number), item)) {
          return number;
        }
      }
      int number = items.size();
      items.add(item);
      if (alike.size() < MAX_ALIKE) {
        alike.add(number);
      }
      return number;
    }
  }
}
