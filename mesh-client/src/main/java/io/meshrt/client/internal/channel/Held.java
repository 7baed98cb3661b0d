// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.channel;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.internal.dialect.ChannelItem;
import java.util.ArrayDeque;
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
  private boolean overflowed;
  private boolean lostUnnumbered;

  static ChannelPosition positionOf(Object item) {
    return item instanceof ChannelItem message ? message.position() : (ChannelPosition) item;
  }

  private static int bytesOf(Object item) {
    return item instanceof ChannelItem message ? message.message().length() : 0;
  }

  void add(Object item) {
    if (items.size() == MAX_ITEMS || bytes > MAX_BYTES) {
      overflowed = true;
      drop();
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

  /** Drops everything. */
  void drop() {
    items.forEach(this::onLost);
    items.clear();
    bytes = 0;
  }

  /** An item is dropped that the history may not have. */
  void onLost(Object item) {
    lostUnnumbered |= !positionOf(item).isNumbered();
  }

  /** Whether items were dropped since this was asked last. */
  boolean takeOverflowed() {
    boolean was = overflowed;
    overflowed = false;
    return was;
  }

  /** Whether items were dropped, since this was asked last, that cannot be read again. */
  boolean takeLost() {
    boolean was = lostUnnumbered;
    lostUnnumbered = false;
    return was;
  }

  /**
   * Drops what was sent before the channel took the epoch that was read. If that epoch was not
   * heard of, it is either older than the first gap, or nobody has told of it yet.
   */
  void dropOlderThan(ChannelPosition head) {
    if (!head.isNumbered()) {
      return;
    }
    boolean known = items.stream().anyMatch(item -> positionOf(item).sameEpoch(head));
    boolean gap = items.stream().anyMatch(ChannelPosition.class::isInstance);
    while (!items.isEmpty()) {
      Object first = items.getFirst();
      ChannelPosition position = positionOf(first);
      boolean begins = known ? position.sameEpoch(head) : gap && first instanceof ChannelPosition;
      if (begins || !position.isNumbered()) {
        return;
      }
      poll();
    }
  }
}
