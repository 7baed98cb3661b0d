// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.room;

import io.meshrt.server.auth.Guard;
import java.util.Optional;

/**
 * Who may send to the rooms of an exposure. Immutable.
 *
 * @param membersOnly whether a sender has to be a member
 * @param guard asked before each message, with the room's name; empty for none
 */
public record RoomSendPolicy(boolean membersOnly, Optional<Guard> guard) {
  /** Members of the room. */
  public static RoomSendPolicy members() {
    return new RoomSendPolicy(true, Optional.empty());
  }

  /** Everyone who is connected. */
  public static RoomSendPolicy open() {
    return new RoomSendPolicy(false, Optional.empty());
  }

  /** The same, of whom a guard admits. */
  public RoomSendPolicy withGuard(Guard asked) {
    return new RoomSendPolicy(membersOnly, Optional.of(asked));
  }
}
