// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Position;
import org.jspecify.annotations.Nullable;

/**
 * How far a device has come.
 *
 * @param timeMillis of the message there, on the cluster's clock: another message under the same
 *     number has another. 0 where it is not known; then the number is believed
 */
record Cursor(Position position, long timeMillis) {
  /** Whether it says which message it means. */
  boolean isTimed() {
    return timeMillis > 0;
  }

  /** Whether a message under this number, accepted then, may be the one that is meant. */
  boolean fits(long acceptedMillis) {
    return !isTimed() || timeMillis == acceptedMillis;
  }

  byte[] encode() {
    return (position.epoch() + " " + position.offset() + " " + timeMillis).getBytes(UTF_8);
  }

  /** Null when it is none of ours. */
  static @Nullable Cursor decode(byte @Nullable [] value) {
    if (value == null) {
      return null;
    }
    String[] parts = new String(value, UTF_8).split(" ", -1);
    if (parts.length != 3 || parts[0].isEmpty()) {
      return null;
    }
    try {
      Position position = new Position(parts[0], Long.parseLong(parts[1]));
      return new Cursor(position, Long.parseLong(parts[2]));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
