// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Java strings as JSON strings in UTF-8, written straight into the array they are meant for.
 *
 * <p>Escaped is only what JSON demands: quotes, backslashes and control characters. A surrogate
 * without its other half, which UTF-8 cannot carry, becomes U+FFFD.
 */
final class JsonStrings {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };
  private static final byte[] ESCAPED_REPLACEMENT = {'\\', 'u', 'f', 'f', 'f', 'd'};
  private static final char REPLACEMENT = '\uFFFD';

  private JsonStrings() {}

  /** The bytes of a text that must not hold lone surrogates. */
  static byte[] strictUtf8(String text) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new MalformedJsonException("a surrogate without its other half", 0);
    }
  }

  /**
   * The text of a JSON string that is known to be valid.
   *
   * @param from offset behind its opening quote
   * @param to offset of its closing quote
   */
  static String unquote(byte[] json, int from, int to, boolean escaped) {
    String text = new String(json, from, to - from, StandardCharsets.UTF_8);
    if (!escaped) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        plain.append(c);
      } else if (text.charAt(++i) == 'u') {
        plain.append((char) Integer.parseInt(text, i + 1, i + 5, 16));
        i += 4;
      } else {
        plain.append(unescaped(text.charAt(i)));
      }
    }
    return plain.toString();
  }

  /** The text of a JSON string that is known to be valid, given with its quotes. */
  static String unquote(byte[] json) {
    boolean escaped = false;
    for (int i = 1; i < json.length && !escaped; i++) {
      escaped = json[i] == '\\';
    }
    return unquote(json, 1, json.length - 1, escaped);
  }

  /** Makes escaped surrogates without their other half U+FFFD, in place; the JSON is valid else. */
  static void replaceLoneSurrogateEscapes(byte[] json) {
    int at = 0;
    while (at < json.length - 1) {
      if (json[at] != '\\') {
        at++;
      } else if (json[at + 1] != 'u') {
        at += 2;
      } else {
        char unit = escapedUnit(json, at);
        boolean pair =
            Character.isHighSurrogate(unit)
                && at + 12 < json.length
                && json[at + 6] == '\\'
                && json[at + 7] == 'u'
                && Character.isLowSurrogate(escapedUnit(json, at + 6));
        if (Character.isSurrogate(unit) && !pair) {
          System.arraycopy(ESCAPED_REPLACEMENT, 0, json, at, ESCAPED_REPLACEMENT.length);
        }
        at += pair ? 12 : 6;
      }
    }
  }

  private static char escapedUnit(byte[] json, int backslash) {
    int unit = 0;
    for (int i = backslash + 2; i < backslash + 6; i++) {
      unit = (unit << 4) | Character.digit(json[i], 16);
    }
    return (char) unit;
  }

  private static char unescaped(char c) {
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> c;
    };
  }

  /** The text as a JSON string, quotes included. */
  static byte[] quote(String text) {
    byte[] target = new byte[quotedLength(text)];
    putQuoted(text, target, 0);
    return target;
  }

  /** How many bytes {@link #putQuoted} writes. */
  static int quotedLength(String text) {
    int length = text.length() + 2;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ') {
        length += shortEscape(c) == 0 ? 5 : 1;
      } else if (c == '"' || c == '\\') {
        length++;
      } else if (c >= 0x80) {
        if (c < 0x800) {
          length++;
        } else {
          length += 2;
          if (isPairAt(text, i)) {
            i++; // four bytes for two chars: two were counted as chars, two just now
          }
        }
      }
    }
    return length;
  }

  /** Writes the text as a JSON string, quotes included; returns the offset behind it. */
  static int putQuoted(String text, byte[] target, int offset) {
    int at = offset;
    target[at++] = '"';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        if (isPairAt(text, i)) {
          at = putFourBytes(Character.toCodePoint(c, text.charAt(++i)), target, at);
        } else {
          at = putChar(Character.isSurrogate(c) ? REPLACEMENT : c, target, at);
        }
      } else if (c < ' ' || c == '"' || c == '\\') {
        at = putEscaped(c, target, at);
      } else {
        target[at++] = (byte) c;
      }
    }
    target[at++] = '"';
    return at;
  }

  private static boolean isPairAt(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        && i + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(i + 1));
  }

  private static int putEscaped(char c, byte[] target, int offset) {
    int at = offset;
    target[at++] = '\\';
    byte brief = shortEscape(c);
    if (brief != 0) {
      target[at++] = brief;
    } else {
      target[at++] = 'u';
      target[at++] = '0';
      target[at++] = '0';
      target[at++] = HEX[c >> 4];
      target[at++] = HEX[c & 0xF];
    }
    return at;
  }

  private static byte shortEscape(char c) {
    return switch (c) {
      case '"', '\\' -> (byte) c;
      case '\b' -> 'b';
      case '\f' -> 'f';
      case '\n' -> 'n';
      case '\r' -> 'r';
      case '\t' -> 't';
      default -> 0;
    };
  }

  private static int putChar(char c, byte[] target, int offset) {
    int at = offset;
    if (c < 0x800) {
      target[at++] = (byte) (0xC0 | (c >> 6));
    } else {
      target[at++] = (byte) (0xE0 | (c >> 12));
      target[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
    }
    target[at++] = (byte) (0x80 | (c & 0x3F));
    return at;
  }

  private static int putFourBytes(int codePoint, byte[] target, int offset) {
    target[offset] = (byte) (0xF0 | (codePoint >> 18));
    target[offset + 1] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
    target[offset + 2] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
    target[offset + 3] = (byte) (0x80 | (codePoint & 0x3F));
    return offset + 4;
  }
}
