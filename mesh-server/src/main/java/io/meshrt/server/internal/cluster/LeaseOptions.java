// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import java.time.Duration;

/**
 * How soon a silent node counts as dead.
 *
 * @param lease how long a node lives after it was last heard of
 * @param renewal how often it makes itself heard; less than half of the lease
 * @param reaping how often each node looks for dead ones
 */
public record LeaseOptions(Duration lease, Duration renewal, Duration reaping) {
  /** Checks the times. */
  public LeaseOptions {
    if (renewal.isZero() || renewal.isNegative() || renewal.multipliedBy(2).compareTo(lease) > 0) {
      throw new IllegalArgumentException("renewal: " + renewal + " of a lease of " + lease);
    }
    if (reaping.isZero() || reaping.isNegative()) {
      throw new IllegalArgumentException("reaping: " + reaping);
    }
  }

  /** 15 s, renewed and reaped every 5 s. */
  public static LeaseOptions defaults() {
    return new LeaseOptions(Duration.ofSeconds(15), Duration.ofSeconds(5), Duration.ofSeconds(5));
  }
}
