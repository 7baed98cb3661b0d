// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import java.time.Duration;

/**
 * What remains of a publication after it was delivered.
 *
 * @param numbered whether it gets a position; once a topic has numbers, every publication gets one
 * @param size how many publications the topic keeps, the newest; 0 keeps none
 * @param age how long one is kept; zero for as long as {@code size} allows
 */
public record Retention(boolean numbered, int size, Duration age) {
  /** At most once; in a numbered topic, what the last numbered publication asked for. */
  public static final Retention NONE = new Retention(false, 0, Duration.ZERO);

  /** Counted, so that a loss is noticed, and not kept. */
  public static final Retention NUMBERED = new Retention(true, 0, Duration.ZERO);

  /** Checks the bounds. */
  public Retention {
    if (size < 0 || (size > 0 && !numbered)) {
      throw new IllegalArgumentException("size: " + size);
    }
    if (age.isNegative()) {
      throw new IllegalArgumentException("age: " + age);
    }
  }

  /** Keeps the newest {@code size} publications. */
  public static Retention keep(int size) {
    return new Retention(true, size, Duration.ZERO);
  }

  /** Keeps the newest {@code size} publications that are not older than {@code age}. */
  public static Retention keep(int size, Duration age) {
    return new Retention(true, size, age);
  }
}
