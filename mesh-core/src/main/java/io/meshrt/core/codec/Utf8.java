// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

/** Whether bytes are UTF-8 as RFC 3629 has it. */
final class Utf8 {
  private Utf8() {}

  /**
   * Offset of the first character that is broken, negative if none is: stray or missing bytes,
   * forms longer than needed, surrogates, and what lies beyond Unicode.
   */
  static int findInvalid(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      int length = bytes[at] >= 0 ? 1 : length(bytes, at, to);
      if (length == 0) {
        return at;
      }
      at += length;
    }
    return -1;
  }

  /** How many bytes the character has whose first byte is not ASCII, 0 if it is broken. */
  private static int length(byte[] bytes, int at, int to) {
    int lead = bytes[at] & 0xFF;
    if (lead >= 0xC2 && lead <= 0xDF) {
      return follows(bytes, at + 1, to, 0x80, 0xBF) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
      int low = lead == 0xE0 ? 0xA0 : 0x80;
      int high = lead == 0xED ? 0x9F : 0xBF;
      boolean valid =
          follows(bytes, at + 1, to, low, high) && follows(bytes, at + 2, to, 0x80, 0xBF);
      return valid ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
      int low = lead == 0xF0 ? 0x90 : 0x80;
      int high = lead == 0xF4 ? 0x8F : 0xBF;
      boolean valid =
          follows(bytes, at + 1, to, low, high)
              && follows(bytes, at + 2, to, 0x80, 0xBF)
              && follows(bytes, at + 3, to, 0x80, 0xBF);
      return valid ? 4 : 0;
    }
    return 0;
  }

  private static boolean follows(byte[] bytes, int at, int to, int low, int high) {
    return at < to && (bytes[at] & 0xFF) >= low && (bytes[at] & 0xFF) <= high;
  }
}
