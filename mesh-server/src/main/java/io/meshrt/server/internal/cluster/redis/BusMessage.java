// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import java.util.Arrays;
import java.util.Optional;

/**
 * What travels on a topic's channel: {@code N<epoch> <offset> <time>\n<payload>}, or {@code
 * U<time>\n<payload>} without a number.
 */
final class BusMessage {
  private static final int MAX_HEAD_BYTES = 128;

  private BusMessage() {}

  /** Empty if these bytes are not ours. */
  static Optional<Publication> decode(byte[] message) {
    int end = 0;
    while (end < message.length && end < MAX_HEAD_BYTES && message[end] != '\n') {
      end++;
    }
    if (end == 0 || end == message.length || end == MAX_HEAD_BYTES) {
      return Optional.empty();
    }
    String[] head = new String(message, 1, end - 1, ISO_8859_1).split(" ", -1);
    byte[] payload = Arrays.copyOfRange(message, end + 1, message.length);
    try {
      if (message[0] == 'U' && head.length == 1) {
        return Optional.of(new Publication(Position.NONE, Long.parseLong(head[0]), payload));
      }
      if (message[0] == 'N' && head.length == 3 && !head[0].isEmpty()) {
        Position position = new Position(head[0], Long.parseLong(head[1]));
        return Optional.of(new Publication(position, Long.parseLong(head[2]), payload));
      }
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
