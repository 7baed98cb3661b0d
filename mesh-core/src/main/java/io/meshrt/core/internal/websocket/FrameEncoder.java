// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Writes the frames of a server: unmasked, unfragmented, with the shortest header.
 *
 * <p>Every method returns a fresh array that holds exactly one frame.
 */
public final class FrameEncoder {
  private static final int MAX_HEADER_BYTES = 10;
  private static final int MAX_REASON_BYTES = Opcode.MAX_CONTROL_PAYLOAD_BYTES - Short.BYTES;
  private static final int FINAL = 0x80;

  private FrameEncoder() {}

  /** A text message; that the payload is UTF-8 is the caller's promise. */
  public static byte[] text(byte[] payload) {
    return text(payload, 0, payload.length);
  }

  /** A text message; that the payload is UTF-8 is the caller's promise. */
  public static byte[] text(byte[] payload, int offset, int length) {
    return frame(Opcode.TEXT, payload, offset, length);
  }

  /** A binary message. */
  public static byte[] binary(byte[] payload, int offset, int length) {
    return frame(Opcode.BINARY, payload, offset, length);
  }

  /**
   * A ping.
   *
   * @throws IllegalArgumentException if the payload is longer than 125 bytes
   */
  public static byte[] ping(byte[] payload, int offset, int length) {
    return controlFrame(Opcode.PING, payload, offset, length);
  }

  /**
   * A pong, which answers a ping with the ping's own payload.
   *
   * @throws IllegalArgumentException if the payload is longer than 125 bytes
   */
  public static byte[] pong(byte[] payload, int offset, int length) {
    return controlFrame(Opcode.PONG, payload, offset, length);
  }

  /**
   * A close frame. {@link CloseCodes#NO_CODE} gives an empty one, so what {@link
   * MessageListener#onClose} reported can be answered with the same code.
   *
   * @param reason cut to 123 bytes of UTF-8, between characters
   * @throws IllegalArgumentException if the code must not be sent, or a reason has no code
   */
  public static byte[] close(int code, String reason) {
    byte[] payload = closePayload(code, reason);
    return frame(Opcode.CLOSE, payload, 0, payload.length);
  }

  /** What a close frame holds; as {@link #close}. */
  static byte[] closePayload(int code, String reason) {
    if (code == CloseCodes.NO_CODE && reason.isEmpty()) {
      return new byte[0];
    }
    if (!CloseCodes.isValidOnWire(code)) {
      throw new IllegalArgumentException("code: " + code);
    }
    byte[] reasonBytes = reason.getBytes(StandardCharsets.UTF_8);
    int reasonLength = lengthUpTo(MAX_REASON_BYTES, reasonBytes);
    byte[] payload = new byte[Short.BYTES + reasonLength];
    payload[0] = (byte) (code >>> Byte.SIZE);
    payload[1] = (byte) code;
    System.arraycopy(reasonBytes, 0, payload, Short.BYTES, reasonLength);
    return payload;
  }

  private static byte[] controlFrame(int opcode, byte[] payload, int offset, int length) {
    requireControlLength(length);
    return frame(opcode, payload, offset, length);
  }

  static void requireControlLength(int length) {
    if (length > Opcode.MAX_CONTROL_PAYLOAD_BYTES) {
      throw new IllegalArgumentException("length: " + length);
    }
  }

  private static byte[] frame(int opcode, byte[] payload, int offset, int length) {
    return frame(opcode, payload, offset, length, 0);
  }

  /** A frame with room for a key in front of the payload. */
  static byte[] frame(int opcode, byte[] payload, int offset, int length, int keyBytes) {
    Objects.checkFromIndexSize(offset, length, payload.length);
    int payloadAt = headerBytes(length) + keyBytes;
    byte[] frame = new byte[Math.addExact(payloadAt, length)];
    putHeader(frame, opcode, length);
    System.arraycopy(payload, offset, frame, payloadAt, length);
    return frame;
  }

  private static int headerBytes(int payloadLength) {
    if (payloadLength < 126) {
      return 2;
    }
    return payloadLength <= 0xffff ? 4 : MAX_HEADER_BYTES;
  }

  private static void putHeader(byte[] target, int opcode, int payloadLength) {
    int lengthBytes = headerBytes(payloadLength) - 2;
    target[0] = (byte) (FINAL | opcode);
    target[1] =
        (byte)
            switch (lengthBytes) {
              case 0 -> payloadLength;
              case Short.BYTES -> 126;
              default -> 127;
            };
    long rest = payloadLength;
    for (int index = 1 + lengthBytes; index > 1; index--) {
      target[index] = (byte) rest;
      rest >>>= Byte.SIZE;
    }
  }

  private static int lengthUpTo(int maxBytes, byte[] utf8) {
    if (utf8.length <= maxBytes) {
      return utf8.length;
    }
    int length = maxBytes;
    while ((utf8[length] & 0xc0) == 0x80) {
      length--;
    }
    return length;
  }
}
