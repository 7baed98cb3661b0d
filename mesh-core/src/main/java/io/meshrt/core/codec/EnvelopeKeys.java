// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a protocol calls the parts of its envelope. A part it has not got has the empty name, which
 * stands for none. Immutable.
 */
public final class EnvelopeKeys {
  /** As Mesh calls them: {@code id}, {@code command}, {@code payload} and {@code error}. */
  public static final EnvelopeKeys MESH = new EnvelopeKeys("id", "command", "payload", "error");

  private static final EnvelopePart[] PARTS = {
    EnvelopePart.ID, EnvelopePart.COMMAND, EnvelopePart.PAYLOAD, EnvelopePart.ERROR
  };

  private final byte[][] names;

  private EnvelopeKeys(String... names) {
    this.names = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      this.names[i] = names[i].getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Other names for id, command and payload, and no error. */
  public static EnvelopeKeys of(String id, String command, String payload) {
    return new EnvelopeKeys(id, command, payload, "");
  }

  /** The part that a key names. */
  EnvelopePart part(byte[] text, int from, int to) {
    for (int i = 0; i < names.length; i++) {
      byte[] name = names[i];
      if (name.length == to - from
          && name.length > 0
          && Arrays.equals(text, from, to, name, 0, name.length)) {
        return PARTS[i];
      }
    }
    return EnvelopePart.NONE;
  }
}
