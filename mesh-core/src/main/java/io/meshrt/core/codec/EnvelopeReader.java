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
    if (length > limits.maxBytes()) {
      throw new MalformedJsonException("longer than " + limits.maxBytes() + " bytes", 0);
    }
    return EnvelopePass.read(buffer, offset, offset + length, limits);
  }
}
