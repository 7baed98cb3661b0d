// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.connection;

/**
 * How much one connection may take part in. Passing one of these limits fails the request with
 * {@code ELIMIT}, not the connection.
 *
 * @param maxRooms rooms a connection may be a member of at the same time
 * @param maxSubscriptions subscriptions of a connection at the same time, of all kinds together
 */
public record SubscriptionLimits(int maxRooms, int maxSubscriptions) {
  public SubscriptionLimits {
    requirePositive("maxRooms", maxRooms);
    requirePositive("maxSubscriptions", maxSubscriptions);
  }

  /** 64 rooms, 128 subscriptions. */
  public static SubscriptionLimits defaults() {
    return new SubscriptionLimits(64, 128);
  }

  /** The same limits with another {@code maxRooms}. */
  public SubscriptionLimits withMaxRooms(int maxRooms) {
    return new SubscriptionLimits(maxRooms, maxSubscriptions);
  }

  /** The same limits with another {@code maxSubscriptions}. */
  public SubscriptionLimits withMaxSubscriptions(int maxSubscriptions) {
    return new SubscriptionLimits(maxRooms, maxSubscriptions);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value);
    }
  }
}
