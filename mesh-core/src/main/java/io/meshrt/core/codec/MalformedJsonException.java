// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

/**
 * A text is not the JSON this protocol accepts. The message says what is wrong and where, in plain
 * words; it never repeats any of the text, so it may be sent to the peer and written to a log.
 */
public final class MalformedJsonException extends RuntimeException {
  private final int byteOffset;

  MalformedJsonException(String problem, long byteOffset) {
    super(problem + " at byte " + byteOffset);
    this.byteOffset = (int) byteOffset;
  }

  /** How many bytes of the text come before the fault, roughly: a fault may show only later. */
  public int byteOffset() {
    return byteOffset;
  }
}
