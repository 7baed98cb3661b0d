// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

/** Text that a client chose, made safe to stand in one log line. */
final class LogText {
  private static final int MAX_CHARACTERS = 100;

  private LogText() {}

  /** The text cut to 100 characters, with a question mark for each that could deceive a reader. */
  static String of(String text) {
    StringBuilder safe = new StringBuilder(Math.min(text.length(), MAX_CHARACTERS) + 1);
    text.codePoints()
        .limit(MAX_CHARACTERS)
        .forEach(codePoint -> safe.appendCodePoint(isPlain(codePoint) ? codePoint : '?'));
    return text.codePointCount(0, text.length()) > MAX_CHARACTERS
        ? safe.append('…').toString()
        : safe.toString();
  }

  /** Whether the character turns the direction of the text around it (Unicode UAX 9). */
  static boolean isDirectionOverride(int codePoint) {
    return (codePoint >= 0x202A && codePoint <= 0x202E)
        || (codePoint >= 0x2066 && codePoint <= 0x2069);
  }

  private static boolean isPlain(int codePoint) {
    int type = Character.getType(codePoint);
    return !Character.isISOControl(codePoint)
        && !isDirectionOverride(codePoint)
        && type != Character.SURROGATE
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR;
  }
}
