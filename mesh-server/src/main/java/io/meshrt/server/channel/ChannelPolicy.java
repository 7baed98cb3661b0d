// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.channel;

import java.time.Duration;

/**
 * How much of a channel's publications is kept when the publisher does not say so. Immutable.
 *
 * @param historySize how many of the newest publications are kept; 0 keeps none, but numbers them,
 *     so that a loss is noticed
 * @param historyAge how long one is kept; zero for as long as {@code historySize} allows
 */
public record ChannelPolicy(int historySize, Duration historyAge) {
  /** Largest history of a channel. */
  public static final int MAX_HISTORY = 100_000;

  /** Checks the bounds. */
  public ChannelPolicy {
    if (historySize < 0 || historySize > MAX_HISTORY) {
      throw new IllegalArgumentException("historySize: " + historySize);
    }
    if (historyAge.isNegative()) {
      throw new IllegalArgumentException("historyAge: " + historyAge);
    }
  }

  /** Keeps the newest publications. */
  public static ChannelPolicy history(int size) {
    return new ChannelPolicy(size, Duration.ZERO);
  }

  /** Keeps the newest publications that are not older than {@code age}. */
  public static ChannelPolicy history(int size, Duration age) {
    return new ChannelPolicy(size, age);
  }
}
