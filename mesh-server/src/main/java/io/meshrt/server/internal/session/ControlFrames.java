// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Whole control frames on their way out, in order. Owned by the session's I/O thread. */
final class ControlFrames {
  private final ArrayDeque<byte[]> frames = new ArrayDeque<>(2);

  /** How much of the first frame left. */
  private int written;

  /**
   * How many frames the last copy contained; one that came later is not among the bytes written.
   */
  private int copied;

  private int pendingBytes;

  void add(byte[] frame) {
    frames.add(frame);
    pendingBytes += frame.length;
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }

  int pendingBytes() {
    return pendingBytes;
  }

  void copyTo(ByteBuffer target) {
    int from = written;
    for (byte[] frame : frames) {
      target.put(frame, from, Math.min(frame.length - from, target.remaining()));
      from = 0;
    }
    copied = frames.size();
  }

  /** So many bytes were written, maybe data behind these frames too; returns how many were data. */
  int release(int bytes) {
    int left = bytes;
    while (left > 0 && copied > 0) {
      int length = frames.element().length;
      int released = Math.min(left, length - written);
      left -= released;
      written += released;
      pendingBytes -= released;
      if (written == length) {
        frames.remove();
        written = 0;
        copied--;
      }
    }
    return left;
  }
}
