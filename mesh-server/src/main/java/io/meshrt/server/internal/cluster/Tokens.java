// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import java.util.concurrent.atomic.AtomicLong;

/** Short names that are used once: epochs, stamps, incarnations. Thread-safe. */
public final class Tokens {
  // Step and mixing constants of SplitMix64: no value comes twice within 2^64 steps.
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private final AtomicLong state;

  /** Begins at {@code seed}, which has to be random for names to differ between nodes. */
  public Tokens(long seed) {
    state = new AtomicLong(seed);
  }

  /** Letters and digits, at most 13. */
  public String next() {
    long z = state.addAndGet(STEP);
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return Long.toUnsignedString(z ^ z >>> 31, 36);
  }
}
