// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Decodes the percent-encoding of RFC 3986 strictly: what it means has to be valid UTF-8. */
final class PercentDecoder {
  private PercentDecoder() {}

  /**
   * Returns the decoded text, null when the encoding is broken or means a control character.
   *
   * @param plusIsSpace as in query strings
   */
  static @Nullable String decode(String text, boolean plusIsSpace) {
    byte[] bytes = new byte[text.length()];
    int length = 0;
    for (int index = 0; index < text.length(); index++) {
      char character = text.charAt(index);
      int value = character;
      if (character == '%') {
        value = hexByte(text, index + 1);
        index += 2;
      } else if (character == '+' && plusIsSpace) {
        value = ' ';
      }
      if (value < ' ' || value > 0xff || value == 0x7f) {
        return null;
      }
      bytes[length++] = (byte) value;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** -1 when there are no two hexadecimal digits. */
  private static int hexByte(String text, int index) {
    if (index + 2 > text.length()) {
      return -1;
    }
    int high = Character.digit(text.charAt(index), 16);
    int low = Character.digit(text.charAt(index + 1), 16);
    return high < 0 || low < 0 ? -1 : (high << 4) | low;
  }
}
