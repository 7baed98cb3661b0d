// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import java.util.random.RandomGenerator;

/**
 * Writes the frames of a client: unfragmented, with the shortest header, each masked with a fresh
 * key. Belongs to one thread at a time.
 *
 * <p>Every method returns a fresh array that holds exactly one frame.
 */
public final class MaskedFrames {
  private static final int KEYS_AT_ONCE = 64;
  private static final int MASKED = 0x80;

  private final RandomGenerator random;
  private final byte[] keys = new byte[KEYS_AT_ONCE * Masking.KEY_BYTES];
  private int keysUsed = KEYS_AT_ONCE;

  /**
   * @param random of which nobody can tell what comes next; asked for many keys at once
   */
  public MaskedFrames(RandomGenerator random) {
    this.random = random;
  }

  /** A text message; that the payload is UTF-8 is the caller's promise. */
  public byte[] text(byte[] payload) {
    return masked(Opcode.TEXT, payload, 0, payload.length);
  }

  /**
   * A pong, which answers a ping with the ping's own payload.
   *
   * @throws IllegalArgumentException if the payload is longer than 125 bytes
   */
  public byte[] pong(byte[] payload, int offset, int length) {
    FrameEncoder.requireControlLength(length);
    return masked(Opcode.PONG, payload, offset, length);
  }

  /** A close frame; as {@link FrameEncoder#close}. */
  public byte[] close(int code, String reason) {
    byte[] payload = FrameEncoder.closePayload(code, reason);
    return masked(Opcode.CLOSE, payload, 0, payload.length);
  }

  private byte[] masked(int opcode, byte[] payload, int offset, int length) {
    byte[] frame = FrameEncoder.frame(opcode, payload, offset, length, Masking.KEY_BYTES);
    int payloadAt = frame.length - length;
    int key = nextKey();
    frame[1] |= (byte) MASKED;
    Masking.putKey(frame, payloadAt - Masking.KEY_BYTES, key);
    boolean unused = Masking.unmask(frame, payloadAt, frame.length, key);
    return frame;
  }

  private int nextKey() {
    if (keysUsed == KEYS_AT_ONCE) {
      random.nextBytes(keys);
      keysUsed = 0;
    }
    return Masking.key(keys, Masking.KEY_BYTES * keysUsed++);
  }
}
