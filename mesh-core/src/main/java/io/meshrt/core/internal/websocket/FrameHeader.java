// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

/**
 * The header of the frame that is being read: collects its 2 to 14 bytes, however they are sliced,
 * and applies every rule of RFC 6455, section 5.2, that a header can break by itself. A rule is
 * applied to the first byte that can break it, so the slicing never changes which one is reported.
 */
final class FrameHeader {
  private static final int MAX_BYTES = 14;
  private static final int LENGTH_IN_16_BITS = 126;
  private static final int LENGTH_IN_64_BITS = 127;

  private final boolean masked;
  private final int keyBytes;
  private int bytesRead;
  // All that follows is meaningful as far as bytesRead reaches.
  private int firstByte;
  private int bytesInAll = 2;
  private long payloadBytes;
  private int key;

  /**
   * @param masked whether frames must be masked; else they must not
   */
  FrameHeader(boolean masked) {
    this.masked = masked;
    this.keyBytes = masked ? Masking.KEY_BYTES : 0;
  }

  /** Reads on from {@code from} and returns the index after the last byte it took. */
  int read(byte[] buffer, int from, int to) {
    if (bytesRead == 0 && to - from >= MAX_BYTES) {
      return readAtOnce(buffer, from);
    }
    int index = from;
    while (index < to && bytesRead < bytesInAll) {
      readByte(buffer[index++] & 0xff);
    }
    return index;
  }

  private int readAtOnce(byte[] buffer, int from) {
    readFirst(buffer[from] & 0xff);
    readSecond(buffer[from + 1] & 0xff);
    int keyOffset = from + bytesInAll - keyBytes;
    if (bytesInAll > 2 + keyBytes) {
      for (int index = from + 2; index < keyOffset; index++) {
        readLength(buffer[index] & 0xff);
      }
      checkLength();
    }
    key = masked ? Masking.key(buffer, keyOffset) : 0;
    bytesRead = bytesInAll;
    return from + bytesInAll;
  }

  private void readByte(int value) {
    int keyIndex = bytesInAll - keyBytes;
    if (bytesRead == 0) {
      readFirst(value);
    } else if (bytesRead == 1) {
      readSecond(value);
    } else if (bytesRead >= keyIndex) {
      key |= value << (8 * (bytesRead - keyIndex));
    } else {
      readLength(value);
      if (bytesRead == keyIndex - 1) {
        checkLength();
      }
    }
    bytesRead++;
  }

  private void readFirst(int value) {
    firstByte = value;
    if ((value & 0x70) != 0) {
      throw ProtocolViolation.framing("reserved bit set");
    }
    if (!Opcode.isKnown(opcode())) {
      throw ProtocolViolation.framing("reserved opcode");
    }
    if (isControl() && !isFinal()) {
      throw ProtocolViolation.framing("fragmented control frame");
    }
  }

  private void readSecond(int value) {
    if (masked != ((value & 0x80) != 0)) {
      throw ProtocolViolation.framing(masked ? "frame without mask" : "masked frame");
    }
    int shortLength = value & 0x7f;
    if (isControl() && shortLength > Opcode.MAX_CONTROL_PAYLOAD_BYTES) {
      throw ProtocolViolation.framing("control frame too long");
    }
    int lengthBytes =
        switch (shortLength) {
          case LENGTH_IN_16_BITS -> Short.BYTES;
          case LENGTH_IN_64_BITS -> Long.BYTES;
          default -> 0;
        };
    bytesInAll = 2 + lengthBytes + keyBytes;
    payloadBytes = lengthBytes == 0 ? shortLength : 0;
    key = 0;
  }

  private void readLength(int value) {
    payloadBytes = (payloadBytes << 8) | value;
  }

  private void checkLength() {
    boolean in16Bits = bytesInAll == 2 + Short.BYTES + keyBytes;
    if (payloadBytes < 0) {
      throw ProtocolViolation.framing("negative length");
    }
    if (payloadBytes < LENGTH_IN_16_BITS || (!in16Bits && payloadBytes <= 0xffff)) {
      throw ProtocolViolation.framing("length not in its shortest form");
    }
  }

  /** Forgets the frame; the next byte read begins another one. */
  void clear() {
    bytesRead = 0;
    bytesInAll = 2;
  }

  boolean isStarted() {
    return bytesRead > 0;
  }

  boolean isComplete() {
    return bytesRead == bytesInAll;
  }

  boolean isFinal() {
    return (firstByte & 0x80) != 0;
  }

  boolean isControl() {
    return Opcode.isControl(opcode());
  }

  int opcode() {
    return firstByte & 0x0f;
  }

  long payloadBytes() {
    return payloadBytes;
  }

  int key() {
    return key;
  }
}
