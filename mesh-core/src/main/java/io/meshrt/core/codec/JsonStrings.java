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
  private static final char REPLACEMENT = '\uFFFD';

  private JsonStrings() {}

  static boolean isWhiteSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

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
