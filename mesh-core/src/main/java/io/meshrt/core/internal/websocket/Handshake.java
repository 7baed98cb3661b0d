// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The two header values of the upgrade (RFC 6455, section 4.2) that need computing. */
public final class Handshake {
  private static final String PROTOCOL_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  // 16 bytes in base64: 22 characters and two of padding.
  private static final int KEY_CHARACTERS = 24;
  private static final int KEY_PADDING_AT = 22;

  private Handshake() {}

  /**
   * Whether {@code Sec-WebSocket-Key} is 16 bytes in base64. The four bits that base64 leaves over
   * may be anything: the example key in the RFC itself has some of them set.
   */
  public static boolean isValidKey(String key) {
    if (key.length() != KEY_CHARACTERS || !key.endsWith("==")) {
      return false;
    }
    for (int index = 0; index < KEY_PADDING_AT; index++) {
      if (!isBase64(key.charAt(index))) {
        return false;
      }
    }
    return true;
  }

  /** {@code Sec-WebSocket-Accept} for a valid key. */
  public static String accept(String key) {
    byte[] joined = (key + PROTOCOL_GUID).getBytes(StandardCharsets.ISO_8859_1);
    return Base64.getEncoder().encodeToString(sha1().digest(joined));
  }

  private static boolean isBase64(char character) {
    return (character >= 'A' && character <= 'Z')
        || (character >= 'a' && character <= 'z')
        || (character >= '0' && character <= '9')
        || character == '+'
        || character == '/';
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
