// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import java.util.Arrays;

/**
 * Ids of the requests that are not answered yet. The first one has a place of its own, because most
 * connections ask one thing at a time; the others are in an open-addressed table. Thread-safe.
 */
final class InFlightIds {
  private static final long FREE = -1;
  private static final int INITIAL_CAPACITY = 16;
  private static final long[] NO_TABLE = {};

  private long first = FREE;
  private long[] table = NO_TABLE;
  private int inTable;

  /** Adds the id, which is not negative; false when it is there already. */
  synchronized boolean add(long id) {
    if (first == id || (inTable > 0 && table[indexOf(id)] == id)) {
      return false;
    }
    if (first == FREE) {
      first = id;
      return true;
    }
    if (2 * (inTable + 1) > table.length) {
      grow();
    }
    table[indexOf(id)] = id;
    inTable++;
    return true;
  }

  synchronized void remove(long id) {
    if (first == id) {
      first = FREE;
      return;
    }
    if (inTable == 0) {
      return;
    }
    int index = indexOf(id);
    if (table[index] == id) {
      table[index] = FREE;
      inTable--;
      if (inTable == 0) {
        table = NO_TABLE;
      } else {
        closeGap(index);
      }
    }
  }

  /** Moves what was displaced by the removed id to where it is looked for. */
  private void closeGap(int gap) {
    int mask = table.length - 1;
    for (int index = (gap + 1) & mask; table[index] != FREE; index = (index + 1) & mask) {
      long id = table[index];
      table[index] = FREE;
      table[indexOf(id)] = id;
    }
  }

  private void grow() {
    long[] older = table;
    table = new long[Math.max(INITIAL_CAPACITY, 2 * older.length)];
    Arrays.fill(table, FREE);
    for (long id : older) {
      if (id != FREE) {
        table[indexOf(id)] = id;
      }
    }
  }

  /** Where the id is, or would be put. */
  private int indexOf(long id) {
    int mask = table.length - 1;
    long mixed = id * 0x9E3779B97F4A7C15L;
    int index = (int) (mixed >>> 40) & mask;
    while (table[index] != FREE && table[index] != id) {
      index = (index + 1) & mask;
    }
    return index;
  }
}
