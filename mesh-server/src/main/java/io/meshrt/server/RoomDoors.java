// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.room.RoomSendPolicy;
import java.util.regex.Pattern;

/** What a server lets clients do with rooms beyond joining them. */
public sealed interface RoomDoors permits MeshServer {
  /**
   * Makes rooms persistent whose whole names match: who joins one and wants to be remembered is a
   * member on each later connection too, whatever its node, until it leaves, the server removes it,
   * a guard refuses it or it expires. Before {@link MeshServer#start}, on all nodes.
   *
   * <p>Remembered is the identity of the connection; without one a token that the server issues and
   * the client keeps. Guards of {@link MeshServer#exposeRoom(Pattern, io.meshrt.server.auth.Guard)}
   * are asked again each time; only one that says no ends the membership.
   */
  Registration persistentRooms(Pattern rooms);

  /**
   * Lets clients send messages to the rooms whose whole names match. Nobody may unless exposed;
   * where several exposures match, all their guards have to admit, and the first says whether
   * senders have to be members.
   */
  Registration exposeRoomMessages(Pattern rooms, RoomSendPolicy policy);

  /** The same for members of the rooms. */
  default Registration exposeRoomMessages(Pattern rooms) {
    return exposeRoomMessages(rooms, RoomSendPolicy.members());
  }
}
