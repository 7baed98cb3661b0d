// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.connection;

/**
 * Largest JSON texts that may be attached. One byte more fails with {@code ETOOLARGE}.
 *
 * @param maxConnectionBytes metadata of one connection
 * @param maxRoomBytes metadata of one room
 * @param maxPresenceStateBytes presence state of one member
 */
public record MetadataLimits(int maxConnectionBytes, int maxRoomBytes, int maxPresenceStateBytes) {
  public MetadataLimits {
    requirePositive("maxConnectionBytes", maxConnectionBytes);
    requirePositive("maxRoomBytes", maxRoomBytes);
    requirePositive("maxPresenceStateBytes", maxPresenceStateBytes);
  }

  /** 16 KiB for a connection, 64 KiB for a room, 8 KiB for a presence state. */
  public static MetadataLimits defaults() {
    return new MetadataLimits(16 * 1024, 64 * 1024, 8 * 1024);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value);
    }
  }
}
