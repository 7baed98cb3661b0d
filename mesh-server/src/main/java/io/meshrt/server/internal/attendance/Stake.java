// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.attendance;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a node has under a name.
 *
 * @param value what others can read there; always null, or never
 */
@SuppressWarnings("ArrayRecordComponent") // compared by isSame
public record Stake(byte @Nullable [] value) {
  /** Something, of which others need not know more. */
  public static final Stake PLAIN = new Stake(null);

  static boolean isSame(@Nullable Stake one, @Nullable Stake other) {
    if (one == null || other == null) {
      return one == null && other == null;
    }
    return Arrays.equals(one.value, other.value);
  }
}
