// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.room;

import io.meshrt.client.metadata.MetadataView;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The rooms this client is in by its own wish. Members get what the server broadcasts to a room, as
 * pushes. Thread-safe; calls about one room reach the server in the order in which they are made.
 *
 * <p>Rooms are joined again after each reconnect, before any call that waits. One that the server
 * then refuses is told to the error listeners and forgotten.
 *
 * <p>Futures fail as those of {@link io.meshrt.client.MeshClient#command(String, Object, Class)}
 * do, with {@code EACCESS} when the server refuses, with {@code ENOTFOUND} on servers without
 * rooms, and with {@link IllegalArgumentException} when the name is empty, longer than 255 bytes of
 * UTF-8, or holds control characters. Cancelling them changes nothing.
 */
public interface Rooms extends PersistentRooms, RoomMessages {
  /**
   * Joins a room; one that was joined before stays joined whatever comes of it.
   *
   * @return who is in it, this connection included
   */
  CompletableFuture<List<RoomMember>> join(String room);

  /**
   * Leaves a room. From now on it is not joined again, whatever comes of the call; that the
   * connection is lost meanwhile is a success. What this client published about itself there is
   * gone.
   *
   * <p>A {@linkplain #persistent() persistent} room is left by all connections of the identity or
   * token, and no longer remembered. When the connection is lost meanwhile that fails with {@code
   * CONNECTION_LOST}, and is done again on the next connection.
   */
  CompletableFuture<Void> leave(String room);

  /**
   * The rooms joined and not left, persistent ones included, also while reconnecting; none after
   * the client was closed.
   */
  Set<String> joined();

  /**
   * The metadata of a room, which need not be joined.
   *
   * @throws IllegalArgumentException when no room can have that name
   */
  MetadataView metadata(String room);
}
