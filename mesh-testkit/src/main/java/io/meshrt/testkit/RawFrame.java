// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One WebSocket frame as bytes (RFC 6455 section 5.2), well-formed or not: tests build from it what
 * a correct client would never send.
 */
public final class RawFrame {
  public static final int CONTINUATION = 0;
  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

  private final boolean fin;
  private final int rsv;
  private final int opcode;
  private final byte[] payload;

  /**
   * A frame.
   *
   * @param fin whether this is the last frame of its message
   * @param rsv the three reserved bits, 0 to 7
   * @param opcode 0 to 15
   * @param payload unmasked payload; copied
   */
  public RawFrame(boolean fin, int rsv, int opcode, byte[] payload) {
    this.fin = fin;
    this.rsv = rsv;
    this.opcode = opcode;
    this.payload = payload.clone();
  }

  /** How the payload length is written. */
  public enum LengthForm {
    /** The shortest form, as the RFC demands. */
    MINIMAL,
    /** 16 bits, whatever the length. */
    SIXTEEN_BITS,
    /** 64 bits, whatever the length. */
    SIXTY_FOUR_BITS
  }

  /** A whole text message. */
  public static RawFrame text(String text) {
    return new RawFrame(true, 0, TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A whole message or control frame. */
  public static RawFrame of(int opcode, byte[] payload) {
    return new RawFrame(true, 0, opcode, payload);
  }

  /** A close frame with a code and a reason. */
  public static RawFrame close(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    byte[] payload = new byte[2 + text.length];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(text, 0, payload, 2, text.length);
    return of(CLOSE, payload);
  }

  /** The bytes of this frame, masked as a client has to. */
  public byte[] masked() {
    return bytes(true, LengthForm.MINIMAL);
  }

  /** The bytes of this frame. */
  public byte[] bytes(boolean masked, LengthForm form) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 14);
    out.write((fin ? 0x80 : 0) | (rsv << 4) | opcode);
    int maskBit = masked ? 0x80 : 0;
    boolean small = payload.length < 126;
    if (form == LengthForm.MINIMAL && small) {
      out.write(maskBit | payload.length);
    } else if (form == LengthForm.SIXTEEN_BITS
        || (form == LengthForm.MINIMAL && payload.length < 65536)) {
      out.write(maskBit | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    } else {
      out.write(maskBit | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) payload.length >> shift));
      }
    }
    if (masked) {
      out.writeBytes(MASK);
      for (int i = 0; i < payload.length; i++) {
        out.write(payload[i] ^ MASK[i & 3]);
      }
    } else {
      out.writeBytes(payload);
    }
    return out.toByteArray();
  }

  /** Whether this is the last frame of its message. */
  public boolean fin() {
    return fin;
  }

  /** The three reserved bits. */
  public int rsv() {
    return rsv;
  }

  /** The opcode. */
  public int opcode() {
    return opcode;
  }

  /** A copy of the payload. */
  public byte[] payload() {
    return payload.clone();
  }

  /** The payload read as UTF-8. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** The code of a close frame; 1005 when it carries none. */
  public int closeCode() {
    return payload.length < 2 ? 1005 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
  }

  /** The reason of a close frame. */
  public String closeReason() {
    return payload.length <= 2
        ? ""
        : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
  }
}
