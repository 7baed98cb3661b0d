// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.core.codec.RawJson;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is published on a channel: the JSON of the message. If its publisher is not to get it, its
 * id stands in front, between a byte that begins no JSON and a line feed.
 *
 * @param except id of the connection it is not for
 */
record Payload(RawJson message, @Nullable String except) {
  private static final byte MARK = 1;

  byte[] encode() {
    if (except == null) {
      return message.toByteArray();
    }
    byte[] id = except.getBytes(UTF_8);
    byte[] bytes = new byte[id.length + 2 + message.length()];
    bytes[0] = MARK;
    System.arraycopy(id, 0, bytes, 1, id.length);
    bytes[id.length + 1] = '\n';
    message.copyTo(bytes, id.length + 2);
    return bytes;
  }

  static Payload decode(byte[] bytes) {
    if (bytes.length == 0) {
      return new Payload(RawJson.NULL, null);
    }
    if (bytes[0] != MARK) {
      return new Payload(RawJson.ofValid(bytes), null);
    }
    int end = 1;
    while (end < bytes.length - 2 && bytes[end] != '\n') {
      end++;
    }
    RawJson message = RawJson.ofValid(Arrays.copyOfRange(bytes, end + 1, bytes.length));
    return new Payload(message, new String(bytes, 1, end - 1, UTF_8));
  }
}
