// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import java.util.Random;

/** How a stream reaches the decoder: how many of the remaining bytes the next read brings. */
public interface Slicing {
  Slicing WHOLE = remaining -> remaining;
  Slicing SINGLE_BYTES = remaining -> 1;

  int next(int remaining);

  static Slicing random(Random random) {
    return remaining -> {
      int most = random.nextInt(4) == 0 ? 5000 : 20;
      return Math.min(remaining, 1 + random.nextInt(most));
    };
  }
}
