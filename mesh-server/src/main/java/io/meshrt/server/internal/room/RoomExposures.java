// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.exposure.Guards;
import java.util.List;

/**
 * What clients may do with rooms and metadata.
 *
 * @param rooms to join, by name
 * @param roomMetadata to read, by the room's name
 * @param connectionMetadata of others to read, by the connection's id
 * @param ownMetadata to write, by the connection's own id
 */
record RoomExposures(
    Exposures<Boolean> rooms,
    Exposures<Boolean> roomMetadata,
    Exposures<Boolean> connectionMetadata,
    Exposures<Boolean> ownMetadata) {
  static RoomExposures none(Guards guards) {
    return new RoomExposures(
        new Exposures<>(guards),
        new Exposures<>(guards),
        new Exposures<>(guards),
        new Exposures<>(guards));
  }

  /** All four. */
  List<Exposures<Boolean>> all() {
    return List.of(rooms, roomMetadata, connectionMetadata, ownMetadata);
  }
}
