// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.room;

import java.time.Duration;

/**
 * How memberships are remembered. Immutable. All nodes of a cluster ought to have the same.
 *
 * @param maxRooms how many rooms are remembered for one identity or token; more fail with {@code
 *     ELIMIT}
 * @param expireAfter how long after its last connection they are remembered, and up to a day or
 *     half as long again longer; zero for ever
 */
public record PersistentRoomOptions(int maxRooms, Duration expireAfter) {
  /** Most rooms that may be asked for: they are written and restored together. */
  public static final int MOST_ROOMS = 10_000;

  /** Longest time that may be asked for. */
  public static final Duration LONGEST = Duration.ofDays(3_650);

  /** Checks the bounds. */
  public PersistentRoomOptions {
    if (maxRooms < 1 || maxRooms > MOST_ROOMS) {
      throw new IllegalArgumentException("maxRooms: " + maxRooms);
    }
    boolean tooShort = !expireAfter.isZero() && expireAfter.compareTo(Duration.ofSeconds(1)) < 0;
    if (tooShort || expireAfter.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("expireAfter: " + expireAfter);
    }
  }

  /** 1,000 rooms, 30 days. */
  public static PersistentRoomOptions defaults() {
    return new PersistentRoomOptions(1_000, Duration.ofDays(30));
  }

  /** The same with another number of rooms, 1 to {@value #MOST_ROOMS}. */
  public PersistentRoomOptions withMaxRooms(int rooms) {
    return new PersistentRoomOptions(rooms, expireAfter);
  }

  /** The same with another time, 1 s to 10 years, or zero for ever. */
  public PersistentRoomOptions withExpireAfter(Duration time) {
    return new PersistentRoomOptions(maxRooms, time);
  }
}
