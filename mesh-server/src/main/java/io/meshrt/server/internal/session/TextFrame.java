// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import java.nio.ByteBuffer;

/** A text frame as it leaves: a header without mask (RFC 6455 section 5.2), then the JSON. */
final class TextFrame {
  private static final byte FINAL_TEXT = (byte) 0x81;
  private static final int MAX_HEADER_BYTES = 10;

  private TextFrame() {}

  /** Bytes of the whole frame; none for an empty text, which is no frame. */
  static int length(byte[] json) {
    return json.length == 0 ? 0 : headerLength(json.length) + json.length;
  }

  /** Copies what fits of the frame, beginning with its {@code from}th byte. */
  static void copy(byte[] json, int from, ByteBuffer target) {
    if (json.length == 0) {
      return;
    }
    int headerLength = headerLength(json.length);
    if (from < headerLength) {
      copyHeader(json.length, headerLength, from, target);
    }
    int jsonFrom = Math.max(0, from - headerLength);
    target.put(json, jsonFrom, Math.min(json.length - jsonFrom, target.remaining()));
  }

  private static void copyHeader(int payloadLength, int headerLength, int from, ByteBuffer target) {
    if (from == 0 && target.remaining() >= headerLength) {
      putHeader(payloadLength, target);
      return;
    }
    ByteBuffer header = ByteBuffer.allocate(MAX_HEADER_BYTES);
    putHeader(payloadLength, header);
    target.put(header.array(), from, Math.min(headerLength - from, target.remaining()));
  }

  private static int headerLength(int payloadLength) {
    if (payloadLength < 126) {
      return 2;
    }
    return payloadLength < 1 << 16 ? 4 : MAX_HEADER_BYTES;
  }

  private static void putHeader(int payloadLength, ByteBuffer target) {
    target.put(FINAL_TEXT);
    if (payloadLength < 126) {
      target.put((byte) payloadLength);
    } else if (payloadLength < 1 << 16) {
      target.put((byte) 126).putShort((short) payloadLength);
    } else {
      target.put((byte) 127).putLong(payloadLength);
    }
  }
}
