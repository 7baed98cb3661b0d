// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

/**
 * Reads frames in one pass, without building the values in them.
 *
 * <p>Stricter than most JSON parsers, because what one peer lets through and another does not is
 * how messages get lost or smuggled. Refused are: a key twice in one object, anything behind the
 * value, depth, tokens, numbers and keys beyond the {@link JsonLimits}, numbers that become
 * infinite ({@code 1e400}), escaped surrogates without their other half, every encoding but UTF-8,
 * a byte order mark, and invalid UTF-8.
 *
 * <p>Thread-safe; one instance serves all connections that share its limits.
 */
public final class EnvelopeReader {
  /** Whoever writes frames chose how deep they are, and how many tokens they have. */
  private static final JsonLimits WRITTEN =
      new JsonLimits(
          2_000, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  private final JsonLimits limits;

  /** A reader that refuses what exceeds the limits. */
  public EnvelopeReader(JsonLimits limits) {
    this.limits = limits;
  }

  /**
   * Reads one frame. Keeps nothing of the buffer.
   *
   * @throws MalformedJsonException when the bytes are not JSON, or not as strict as asked; the
   *     offset in it counts from the first byte of the frame
   */
  public Envelope read(byte[] buffer, int offset, int length) {
    return read(buffer, offset, length, EnvelopeKeys.MESH);
  }

  /**
   * Reads a frame that {@link EnvelopeWriter} wrote, without the limits that are for peers.
   *
   * @throws MalformedJsonException when it is none
   */
  public static Envelope readWritten(byte[] frame) {
    return readWritten(frame, EnvelopeKeys.MESH);
  }

  /** As {@link #readWritten(byte[])}, where the parts have other names. */
  public static Envelope readWritten(byte[] frame, EnvelopeKeys keys) {
    return EnvelopePass.read(frame, 0, frame.length, WRITTEN, Integer.MAX_VALUE, keys);
  }

  /** As {@link #read(byte[], int, int)}, where the parts have other names. */
  public Envelope read(byte[] buffer, int offset, int length, EnvelopeKeys keys) {
    if (length > limits.maxBytes()) {
      throw new MalformedJsonException("longer than " + limits.maxBytes() + " bytes", 0);
    }
    return EnvelopePass.read(
        buffer, offset, offset + length, limits, limits.tokenBudget(length), keys);
  }
}
