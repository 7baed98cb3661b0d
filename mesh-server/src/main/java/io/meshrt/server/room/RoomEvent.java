// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.room;

/**
 * A change of a room's members.
 *
 * @param type what happened
 * @param room name of the room
 * @param connectionId who joined or left
 */
public record RoomEvent(Type type, String room, String connectionId) {
  /** What happened. */
  public enum Type {
    /** The connection was not a member and is one now. */
    JOINED,
    /** The connection is a member no more: it left, closed, or its node died. */
    LEFT
  }
}
