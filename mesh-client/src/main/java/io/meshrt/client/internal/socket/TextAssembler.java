// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts a message together from the parts it arrives in, up to a limit. Used by one socket's
 * receiving side; parts end between characters, never inside one.
 */
final class TextAssembler {
  private static final byte[] EMPTY = new byte[0];

  private final int maxBytes;
  private byte[] buffer = EMPTY;
  private int length;
  private boolean tooBig;

  TextAssembler(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Adds a part; gives the message's UTF-8 when it was the last one, else null. */
  byte @Nullable [] append(CharSequence part, boolean last) {
    if (tooBig || part.length() > maxBytes - length) {
      return overflow();
    }
    byte[] bytes = part.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > maxBytes - length) {
      return overflow();
    }
    if (last && length == 0) {
      return bytes;
    }
    if (length + bytes.length > buffer.length) {
      buffer =
          Arrays.copyOf(buffer, Math.min(maxBytes, Math.max(length + bytes.length, length * 2)));
    }
    System.arraycopy(bytes, 0, buffer, length, bytes.length);
    length += bytes.length;
    return last ? take() : null;
  }

  /** Whether a message passed the limit; nothing is taken from then on. */
  boolean tooBig() {
    return tooBig;
  }

  private byte[] take() {
    byte[] message = Arrays.copyOf(buffer, length);
    buffer = EMPTY;
    length = 0;
    return message;
  }

  private byte @Nullable [] overflow() {
    tooBig = true;
    buffer = EMPTY;
    return null;
  }
}
