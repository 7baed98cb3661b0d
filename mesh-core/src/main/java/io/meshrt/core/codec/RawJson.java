// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One JSON value as the text it travels as: UTF-8, valid, without white space around it. Immutable
 * and free to share between threads; what came in is passed on without being bound to a type.
 *
 * <p>Two values are equal when their bytes are: {@code 1} and {@code 1.0} are not. Inside an object
 * that is written as JSON a value of this type is copied as it is.
 */
public final class RawJson {
  /** {@code null}. */
  public static final RawJson NULL = ofAscii("null");

  /** {@code {}}. */
  public static final RawJson EMPTY_OBJECT = ofAscii("{}");

  /** {@code true}. */
  public static final RawJson TRUE = ofAscii("true");

  /** {@code false}. */
  public static final RawJson FALSE = ofAscii("false");

  private static final JsonLimits LIMITS = JsonLimits.forMessages(Integer.MAX_VALUE);

  private final byte[] bytes;

  private RawJson(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Checks and takes a JSON text; white space around the value is dropped.
   *
   * @throws MalformedJsonException when it is not JSON, or not as strict as the protocol asks
   */
  public static RawJson parse(String json) {
    return parseOwned(JsonStrings.strictUtf8(json));
  }

  /**
   * Checks and copies a JSON text in UTF-8; white space around the value is dropped.
   *
   * @throws MalformedJsonException when it is not JSON, or not as strict as the protocol asks
   */
  public static RawJson parse(byte[] json) {
    return parseOwned(json.clone());
  }

  /** Takes bytes the caller knows to be one valid JSON value, and does not change any more. */
  public static RawJson ofValid(byte[] owned) {
    if (owned.length == 0) {
      throw new IllegalArgumentException("owned: empty");
    }
    return new RawJson(owned);
  }

  /** A JSON string; surrogates without their other half become U+FFFD. */
  public static RawJson ofString(String value) {
    return new RawJson(JsonStrings.quote(value));
  }

  /** A whole number. */
  public static RawJson ofNumber(long value) {
    return ofAscii(Long.toString(value));
  }

  /** How many bytes the text has. */
  public int length() {
    return bytes.length;
  }

  /** A copy of the text's bytes. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** Copies the text into {@code target}, which has room for {@link #length} bytes. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, bytes.length);
  }

  /** Whether this is JSON's {@code null}. */
  public boolean isNull() {
    return bytes[0] == 'n';
  }

  /** The bytes themselves, for reading only. */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawJson that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text. */
  @Override
  @JsonValue
  @JsonRawValue
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static RawJson parseOwned(byte[] text) {
    EnvelopePass.check(text, LIMITS);
    int from = 0;
    int to = text.length;
    while (isSpace(text[from])) {
      from++;
    }
    while (isSpace(text[to - 1])) {
      to--;
    }
    return new RawJson(to - from == text.length ? text : Arrays.copyOfRange(text, from, to));
  }

  /** Enough for the edges of a text that is valid. */
  private static boolean isSpace(byte b) {
    return b >= 0 && b <= ' ';
  }

  private static RawJson ofAscii(String text) {
    return new RawJson(text.getBytes(StandardCharsets.US_ASCII));
  }
}
