// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import org.jspecify.annotations.Nullable;

/** A queue that can be read anywhere. Not thread-safe. */
final class FrameRing {
  private static final int INITIAL_CAPACITY = 8;

  /** Its length is a power of two. */
  private @Nullable Object[] entries = new Object[INITIAL_CAPACITY];

  private int head;
  private int size;

  int size() {
    return size;
  }

  void add(Object entry) {
    if (size == entries.length) {
      grow();
    }
    entries[(head + size) & (entries.length - 1)] = entry;
    size++;
  }

  Object get(int index) {
    Object entry = entries[(head + index) & (entries.length - 1)];
    if (entry == null) {
      throw new IllegalStateException("no entry " + index + " of " + size);
    }
    return entry;
  }

  void set(int index, Object entry) {
    entries[(head + index) & (entries.length - 1)] = entry;
  }

  void removeFirst() {
    entries[head] = null;
    head = (head + 1) & (entries.length - 1);
    size--;
  }

  /** What it looks like now; adding to the ring does not change what the view shows. */
  View view() {
    return new View(entries, head);
  }

  private void grow() {
    @Nullable Object[] larger = new Object[2 * entries.length];
    int toEnd = entries.length - head;
    System.arraycopy(entries, head, larger, 0, toEnd);
    System.arraycopy(entries, 0, larger, toEnd, head);
    entries = larger;
    head = 0;
  }

  /** The entries that were there when it was made, as long as none of them leaves. */
  static final class View {
    private final @Nullable Object[] entries;
    private final int head;

    private View(@Nullable Object[] entries, int head) {
      this.entries = entries;
      this.head = head;
    }

    @Nullable Object get(int index) {
      return entries[(head + index) & (entries.length - 1)];
    }
  }
}
