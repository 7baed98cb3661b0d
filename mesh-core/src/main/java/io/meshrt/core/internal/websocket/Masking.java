// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Puts the mask on a client's payload, and removes it, eight bytes at a time.
 *
 * <p>Keys are read little-endian: the lowest byte of the key belongs to the first byte of the
 * payload. To go on in the middle of a payload, rotate the key right by eight bits per byte done.
 */
final class Masking {
  static final int KEY_BYTES = 4;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Masking() {}

  static int key(byte[] buffer, int offset) {
    return (int) INTS.get(buffer, offset);
  }

  static void putKey(byte[] buffer, int offset, int key) {
    INTS.set(buffer, offset, key);
  }

  static int keyAfter(int key, int bytesDone) {
    return Integer.rotateRight(key, 8 * (bytesDone & 3));
  }

  /**
   * Unmasks {@code buffer[from, to)} in place; what is not masked it masks.
   *
   * @return whether all bytes are ASCII afterwards
   */
  static boolean unmask(byte[] buffer, int from, int to, int key) {
    long wideKey = (key & 0xffffffffL) * 0x1_0000_0001L;
    long seen = 0;
    int index = from;
    for (; index <= to - Long.BYTES; index += Long.BYTES) {
      long word = (long) LONGS.get(buffer, index) ^ wideKey;
      LONGS.set(buffer, index, word);
      seen |= word;
    }
    for (long rest = wideKey; index < to; index++, rest >>>= Byte.SIZE) {
      byte plain = (byte) (buffer[index] ^ rest);
      buffer[index] = plain;
      seen |= plain;
    }
    return (seen & HIGH_BITS) == 0;
  }
}
