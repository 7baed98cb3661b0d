// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.channel;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.internal.dialect.ChannelItem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came live while the past was read: messages, and positions in the place of gaps. Bounded;
 * when there is too much, all of it is dropped, and has to be read too. Owned by the state thread.
 */
final class Held {
  static final int MAX_ITEMS = 512;
  static final int MAX_BYTES = 4 * 1024 * 1024;

  private final ArrayDeque<Object> items = new ArrayDeque<>();
  private int bytes;
  private int marked;
  private boolean overflowed;
  private boolean lost;

  static ChannelPosition positionOf(Object item) {
    return item instanceof ChannelItem message ? message.position() : (ChannelPosition) item;
  }

  private static int bytesOf(Object item) {
    return item instanceof ChannelItem message ? message.message().length() : 0;
  }

  void add(Object item, ChannelPosition cursor) {
    if (items.size() == MAX_ITEMS || bytes > MAX_BYTES) {
      overflowed = true;
      drop(cursor);
    }
    items.add(item);
    bytes += bytesOf(item);
  }

  @Nullable Object poll() {
    Object item = items.poll();
    if (item != null) {
      bytes -= bytesOf(item);
    }
    return item;
  }

  /** Drops everything; what is behind the cursor can be read again if both have numbers. */
  void drop(ChannelPosition cursor) {
    items.forEach(item -> onLost(item, cursor));
    items.clear();
    bytes = 0;
    marked = 0;
  }

  /** An item is dropped: a gap, or a message that the history may not have. */
  void onLost(Object item, ChannelPosition cursor) {
    ChannelPosition position = positionOf(item);
    if (!position.isNumbered() || !cursor.isNumbered()) {
      lost = true;
    } else if (item instanceof ChannelPosition) {
      lost |= !position.sameEpoch(cursor) || position.offset() > cursor.offset();
    }
  }

  /** Something is missing before what comes next. */
  void onGap() {
    lost = true;
  }

  /** Everything is of the past. */
  void clear() {
    items.clear();
    bytes = 0;
    marked = 0;
    overflowed = false;
    lost = false;
  }

  /** Whether items were dropped since this was asked last. */
  boolean takeOverflowed() {
    boolean was = overflowed;
    overflowed = false;
    return was;
  }

  /** Whether there was a gap, since this was asked last, that was dropped or is not held. */
  boolean takeLost() {
    boolean was = lost;
    lost = false;
    return was;
  }

  /** Puts an item back that was polled. */
  void addFirst(Object item) {
    items.addFirst(item);
    bytes += bytesOf(item);
  }

  /** A read begins: whatever of another epoch than it finds is held by now, is older. */
  void mark() {
    marked = items.size();
  }

  /** Drops what is older than the epoch that was read: what was marked, or came before it. */
  void dropOlderThan(ChannelPosition read) {
    List<Object> kept = new ArrayList<>(items);
    int older = Math.min(marked, kept.size());
    for (int i = older; i < kept.size(); i++) {
      older = positionOf(kept.get(i)).sameEpoch(read) ? i : older;
    }
    marked = 0;
    if (kept.subList(0, older).removeIf(item -> isOfAnotherEpoch(positionOf(item), read))) {
      items.clear();
      items.addAll(kept);
      bytes = kept.stream().mapToInt(Held::bytesOf).sum();
    }
  }

  /** Whether both have numbers that cannot be compared. */
  static boolean isOfAnotherEpoch(ChannelPosition one, ChannelPosition other) {
    return one.isNumbered() && other.isNumbered() && !one.sameEpoch(other);
  }
}
