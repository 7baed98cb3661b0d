// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arrays and objects that are open at one place of a JSON text, innermost last, with the keys
 * each object has so far. Keys stay where they are in the text and are compared one by one; an
 * object with many keys, or with escapes in them, gets a set. Used by one pass.
 */
final class OpenContainers {
  private static final int COMPARED_ONE_BY_ONE = 12;

  private final byte[] text;

  // Pairs of offsets: where a key begins and where it ends.
  private int[] keys = new int[2 * COMPARED_ONE_BY_ONE];
  private int keysEnd;

  // Per level, where in keys its own begin; the complement of that for an array.
  private int[] levels = new int[8];
  private int depth;

  // Per level, the set that took over; as long as no object needed one there is no array either.
  private @Nullable Set<String> @Nullable [] sets;

  OpenContainers(byte[] text) {
    this.text = text;
  }

  int depth() {
    return depth;
  }

  /** Whether the innermost one is an object; there has to be one. */
  boolean inObject() {
    return levels[depth - 1] >= 0;
  }

  void open(boolean object) {
    if (depth == levels.length) {
      levels = Arrays.copyOf(levels, depth * 2);
    }
    levels[depth++] = object ? keysEnd : ~keysEnd;
  }

  void close() {
    depth--;
    keysEnd = levels[depth] >= 0 ? levels[depth] : ~levels[depth];
    if (sets != null && depth < sets.length) {
      sets[depth] = null;
    }
  }

  /**
   * Notes a key of the innermost object; false when the object has it already.
   *
   * @param from offset behind its opening quote
   * @param to offset of its closing quote
   */
  boolean addKey(int from, int to, boolean escaped) {
    int own = levels[depth - 1];
    Set<String> set = sets == null || depth > sets.length ? null : sets[depth - 1];
    if (set != null) {
      return set.add(JsonStrings.unquote(text, from, to, escaped));
    }
    if (escaped || keysEnd - own == 2 * COMPARED_ONE_BY_ONE) {
      return newSet(own).add(JsonStrings.unquote(text, from, to, escaped));
    }
    for (int i = own; i < keysEnd; i += 2) {
      if (keys[i + 1] - keys[i] == to - from
          && Arrays.equals(text, keys[i], keys[i + 1], text, from, to)) {
        return false;
      }
    }
    if (keysEnd == keys.length) {
      keys = Arrays.copyOf(keys, keysEnd * 2);
    }
    keys[keysEnd++] = from;
    keys[keysEnd++] = to;
    return true;
  }

  private Set<String> newSet(int own) {
    Set<String> set = new HashSet<>();
    for (int i = own; i < keysEnd; i += 2) {
      set.add(JsonStrings.unquote(text, keys[i], keys[i + 1], false));
    }
    if (sets == null) {
      sets = newSets(levels.length);
    } else if (depth > sets.length) {
      sets = Arrays.copyOf(sets, levels.length);
    }
    sets[depth - 1] = set;
    return set;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // there is no other way to make an array of these
  private static @Nullable Set<String>[] newSets(int length) {
    return new Set[length];
  }
}
