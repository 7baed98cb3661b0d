// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.connection;

/**
 * What one address may have, behind trusted proxies the address they forwarded. An upgrade that
 * passes one of these limits is refused with 429. Both are off unless set: many users may share an
 * address.
 *
 * @param maxConnections connections at the same time; 0 switches the limit off
 * @param maxUpgradesPerSecond sustained rate of upgrades, as many of which may come at once; 0
 *     switches the limit off
 */
public record AddressLimits(int maxConnections, int maxUpgradesPerSecond) {
  public AddressLimits {
    if (maxConnections < 0) {
      throw new IllegalArgumentException("maxConnections: " + maxConnections);
    }
    if (maxUpgradesPerSecond < 0) {
      throw new IllegalArgumentException("maxUpgradesPerSecond: " + maxUpgradesPerSecond);
    }
  }

  /** No limits. */
  public static AddressLimits defaults() {
    return new AddressLimits(0, 0);
  }

  /** The same limits with another {@code maxConnections}. */
  public AddressLimits withMaxConnections(int maxConnections) {
    return new AddressLimits(maxConnections, maxUpgradesPerSecond);
  }

  /** The same limits with another {@code maxUpgradesPerSecond}. */
  public AddressLimits withMaxUpgradesPerSecond(int maxUpgradesPerSecond) {
    return new AddressLimits(maxConnections, maxUpgradesPerSecond);
  }

  /** Whether anything is limited. */
  public boolean areOn() {
    return maxConnections > 0 || maxUpgradesPerSecond > 0;
  }
}
