// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Checks UTF-8 as RFC 3629 defines it, slice by slice; the caller keeps the state in between. */
final class Utf8Validator {

  /*
   * A state machine whose whole transition function for one byte fits into a long. A state is a
   * shift distance, a multiple of six; TRANSITIONS[byte] holds, at that distance, the six bits of
   * the next state. A step is therefore one table load, which does not depend on the state, and one
   * shift. INVALID is the distance 0 and leads to itself, as every transition that is not set does.
   */
  static final int INVALID = 0;
  static final int COMPLETE = 6;
  private static final int ONE_MORE = 12;
  private static final int TWO_MORE = 18;
  private static final int THREE_MORE = 24;
  private static final int AFTER_E0 = 30;
  private static final int AFTER_ED = 36;
  private static final int AFTER_F0 = 42;
  private static final int AFTER_F4 = 48;

  private static final int STATE_MASK = 63;
  private static final long[] TRANSITIONS = transitions();

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8Validator() {}

  /**
   * Reads {@code buffer[from, to)} and returns the state after it: {@link #COMPLETE} at a character
   * boundary, {@link #INVALID} if no continuation can make the text valid, else a state within a
   * character.
   *
   * @param state {@link #COMPLETE} at the beginning of a text, later what the last call returned
   */
  static int advance(int state, byte[] buffer, int from, int to) {
    long next = state;
    int index = from;
    for (; index <= to - Long.BYTES; index += Long.BYTES) {
      boolean ascii = ((long) LONGS.get(buffer, index) & HIGH_BITS) == 0;
      if (!ascii || (next & STATE_MASK) != COMPLETE) {
        next = advanceEight(next, buffer, index);
      }
    }
    for (; index < to; index++) {
      next = TRANSITIONS[buffer[index] & 0xff] >>> next;
    }
    return (int) next & STATE_MASK;
  }

  private static long advanceEight(long state, byte[] buffer, int from) {
    long next = state;
    for (int index = from; index < from + Long.BYTES; index++) {
      next = TRANSITIONS[buffer[index] & 0xff] >>> next;
    }
    return next;
  }

  static boolean isValid(byte[] buffer, int from, int to) {
    return advance(COMPLETE, buffer, from, to) == COMPLETE;
  }

  private static long[] transitions() {
    long[] table = new long[256];
    set(table, COMPLETE, 0x00, 0x7f, COMPLETE);
    set(table, COMPLETE, 0xc2, 0xdf, ONE_MORE);
    set(table, COMPLETE, 0xe0, 0xe0, AFTER_E0);
    set(table, COMPLETE, 0xe1, 0xec, TWO_MORE);
    set(table, COMPLETE, 0xed, 0xed, AFTER_ED);
    set(table, COMPLETE, 0xee, 0xef, TWO_MORE);
    set(table, COMPLETE, 0xf0, 0xf0, AFTER_F0);
    set(table, COMPLETE, 0xf1, 0xf3, THREE_MORE);
    set(table, COMPLETE, 0xf4, 0xf4, AFTER_F4);
    set(table, ONE_MORE, 0x80, 0xbf, COMPLETE);
    set(table, TWO_MORE, 0x80, 0xbf, ONE_MORE);
    set(table, THREE_MORE, 0x80, 0xbf, TWO_MORE);
    set(table, AFTER_E0, 0xa0, 0xbf, ONE_MORE); // shorter forms exist
    set(table, AFTER_ED, 0x80, 0x9f, ONE_MORE); // surrogates
    set(table, AFTER_F0, 0x90, 0xbf, TWO_MORE); // shorter forms exist
    set(table, AFTER_F4, 0x80, 0x8f, TWO_MORE); // beyond U+10FFFF
    return table;
  }

  private static void set(long[] table, int state, int firstByte, int lastByte, int next) {
    for (int value = firstByte; value <= lastByte; value++) {
      table[value] |= (long) next << state;
    }
  }
}
