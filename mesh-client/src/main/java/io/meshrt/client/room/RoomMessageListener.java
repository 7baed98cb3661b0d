// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.room;

/** Hears what clients send to the rooms this client is in. */
@FunctionalInterface
public interface RoomMessageListener {
  /** A message; called on the callback executor, one after the other. */
  void onRoomMessage(RoomMessage message) throws Exception;
}
