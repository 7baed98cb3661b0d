// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A place in a JSON text, which moves over one scalar at a time and refuses what is not exactly RFC
 * 8259. It builds no values: what a caller wants to keep it takes from the bytes. Used by one pass.
 *
 * <p>UTF-8 is checked at the end, by {@link #refuseInvalidUtf8}.
 */
final class JsonCursor {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long EACH = 0x0101010101010101L;

  private static final int MAX_WHOLE_DIGITS = 16;
  private static final long LARGE = Long.MAX_VALUE / 100;
  private static final int LARGEST_EXPONENT = 9_999;
  private static final int SURELY_FINITE_EXPONENT = 200;

  private final byte[] bytes;
  private final int start;
  private final int end;
  private final int maxNumberLength;

  private int at;
  private long seen;
  private boolean escaped;

  JsonCursor(byte[] bytes, int start, int end, int maxNumberLength) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.maxNumberLength = maxNumberLength;
    this.at = start;
  }

  /** Offset in the array of the byte that comes next. */
  int at() {
    return at;
  }

  /** Goes over the text once more if any string passed so far may hold more than ASCII. */
  void refuseInvalidUtf8() {
    if ((seen & HIGH_BITS) == 0) {
      return;
    }
    int invalid = Utf8.findInvalid(bytes, start, end);
    if (invalid >= 0) {
      throw new MalformedJsonException("invalid UTF-8", invalid - start);
    }
  }

  /** Whether the last string had an escape in it. */
  boolean lastStringHadEscapes() {
    return escaped;
  }

  /** Moves over white space; whether anything follows. */
  boolean hasMore() {
    while (at < end) {
      byte b = bytes[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return true;
      }
      at++;
    }
    return false;
  }

  /** The byte behind any white space, which stays next; what is there has to be something. */
  byte peek() {
    if (at < end && bytes[at] > ' ') {
      return bytes[at];
    }
    if (!hasMore()) {
      throw endsTooEarly();
    }
    return bytes[at];
  }

  /** Moves over one byte. */
  void skip() {
    at++;
  }

  /** Moves over the colon between a key and its value. */
  void colon() {
    if (peek() != ':') {
      throw malformed("expected a colon");
    }
    at++;
  }

  /** Moves over {@code true}, {@code false} or {@code null}. */
  void literal() {
    String literal =
        switch (bytes[at]) {
          case 't' -> "true";
          case 'f' -> "false";
          case 'n' -> "null";
          default -> throw malformed("expected a value");
        };
    for (int i = 0; i < literal.length(); i++) {
      if (at + i >= end) {
        throw endsTooEarly();
      }
      if (bytes[at + i] != literal.charAt(i)) {
        throw malformed("expected a value");
      }
    }
    at += literal.length();
  }

  /** Moves over a string, whose opening quote comes next. */
  void string() {
    escaped = false;
    at = nextStop(at + 1);
    while (at == end || bytes[at] != '"') {
      if (at == end) {
        throw endsTooEarly();
      }
      if (bytes[at] != '\\') {
        throw malformed("a control character in a string");
      }
      escaped = true;
      escape();
      at = nextStop(at);
    }
    at++;
  }

  /** Offset of the next quote, backslash or control character; eight bytes at a time. */
  private int nextStop(int from) {
    int i = from;
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      long eight = (long) LONGS.get(bytes, i);
      seen |= eight;
      long quote = eight ^ (EACH * '"');
      long backslash = eight ^ (EACH * '\\');
      // The lowest high bit of each term is exact: a borrow only spoils the bytes above it.
      long stops =
          (((quote - EACH) & ~quote)
                  | ((backslash - EACH) & ~backslash)
                  | ((eight - EACH * ' ') & ~eight))
              & HIGH_BITS;
      if (stops != 0) {
        return i + (Long.numberOfTrailingZeros(stops) >>> 3);
      }
    }
    for (; i < end; i++) {
      byte b = bytes[i];
      seen |= b;
      if (b == '"' || b == '\\' || (b >= 0 && b < ' ')) {
        return i;
      }
    }
    return end;
  }

  private void escape() {
    if (at + 1 >= end) {
      throw endsTooEarly();
    }
    switch (bytes[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at += 2;
      case 'u' -> unicodeEscape();
      default -> throw malformed("an unknown escape");
    }
  }

  private void unicodeEscape() {
    char unit = escapedUnit(at);
    if (!Character.isSurrogate(unit)) {
      at += 6;
      return;
    }
    boolean pair =
        Character.isHighSurrogate(unit)
            && at + 7 < end
            && bytes[at + 6] == '\\'
            && bytes[at + 7] == 'u'
            && Character.isLowSurrogate(escapedUnit(at + 6));
    if (!pair) {
      throw malformed("a surrogate without its other half");
    }
    at += 12;
  }

  private char escapedUnit(int backslash) {
    if (backslash + 6 > end) {
      throw endsTooEarly();
    }
    int unit = 0;
    for (int i = backslash + 2; i < backslash + 6; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        throw malformed("an unknown escape");
      }
      unit = (unit << 4) | digit;
    }
    return (char) unit;
  }

  /**
   * Moves over a number.
   *
   * @return its value if it is a plain whole number of at most 16 digits, else -1
   */
  long number() {
    int from = at;
    boolean negative = bytes[at] == '-';
    if (negative) {
      at++;
    }
    int first = at;
    long value = digits();
    int wholeDigits = at - first;
    if (wholeDigits > 1 && bytes[first] == '0') {
      at = first;
      throw malformed("a number with a leading zero");
    }
    boolean whole = !negative && wholeDigits <= MAX_WHOLE_DIGITS;
    if (at < end && bytes[at] == '.') {
      whole = false;
      at++;
      digits();
    }
    long exponent = 0;
    if (at < end && (bytes[at] | 0x20) == 'e') {
      whole = false;
      at++;
      if (at < end && (bytes[at] == '+' || bytes[at] == '-')) {
        at++;
      }
      exponent = digits();
    }
    checkSize(from, exponent);
    return whole ? value : -1;
  }

  /** Moves over at least one digit; a value too large for any use here is just some large value. */
  private long digits() {
    int first = at;
    int i = first;
    long value = 0;
    for (; i < end && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
      if (value < LARGE) {
        value = value * 10 + (bytes[i] - '0');
      }
    }
    at = i;
    if (i == first) {
      throw at == end ? endsTooEarly() : malformed("expected a digit");
    }
    return value;
  }

  /**
   * Refuses a number that becomes infinite as a double, and one so small or large that written
   * without exponent it would fill the memory.
   */
  private void checkSize(int from, long exponent) {
    int length = at - from;
    if (length > maxNumberLength) {
      at = from;
      throw malformed("a number longer than " + maxNumberLength + " characters");
    }
    if (exponent > SURELY_FINITE_EXPONENT) {
      String text = new String(bytes, from, length, StandardCharsets.US_ASCII);
      if (exponent > LARGEST_EXPONENT || Double.isInfinite(Double.parseDouble(text))) {
        at = from;
        throw malformed("a number out of range");
      }
    }
  }

  MalformedJsonException malformed(String problem) {
    return new MalformedJsonException(problem, at - start);
  }

  private MalformedJsonException endsTooEarly() {
    return new MalformedJsonException("the text ends too early,", end - start);
  }
}
