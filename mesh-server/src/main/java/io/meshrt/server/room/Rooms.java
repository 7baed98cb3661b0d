// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.room;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.connection.Metadata;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Groups of connections, of any node, that get pushes together. A room exists while it has members.
 * Thread-safe, never blocks.
 *
 * <p>What is remembered for identities is {@link Memberships}; it needs {@link
 * io.meshrt.server.room.PersistentRoomOptions rooms that are persistent}.
 *
 * <p>A name is at most 255 bytes of UTF-8 without control characters, else {@link
 * IllegalArgumentException}. Futures fail with {@code EUNAVAILABLE} when the cluster cannot be
 * asked; a change may then have happened or not, and may be repeated.
 */
public interface Rooms extends Memberships {
  /**
   * Makes a connection a member; from then on it gets the room's broadcasts.
   *
   * @return whether it was not one before; fails with {@code ENOTFOUND} when there is no such
   *     connection, {@code ELIMIT} when it is in too many rooms
   */
  CompletableFuture<Boolean> join(String room, String connectionId);

  /** As {@link #join(String, String)}. */
  default CompletableFuture<Boolean> join(String room, Connection connection) {
    return join(room, connection.id());
  }

  /** Ends a membership; tells whether there was one. */
  CompletableFuture<Boolean> leave(String room, String connectionId);

  /** As {@link #leave(String, String)}. */
  default CompletableFuture<Boolean> leave(String room, Connection connection) {
    return leave(room, connection.id());
  }

  /** Ends all memberships of a connection; tells in which rooms it was. */
  CompletableFuture<Set<String>> leaveAll(String connectionId);

  /** The members, with their metadata; at most 17 requests. */
  CompletableFuture<List<RoomMember>> members(String room);

  /** The ids of the members; one request. */
  CompletableFuture<Set<String>> memberIds(String room);

  /** Whether a connection is a member. */
  CompletableFuture<Boolean> isMember(String room, String connectionId);

  /** The rooms a connection is in. */
  CompletableFuture<Set<String>> roomsOf(String connectionId);

  /** Whether the room has members. */
  CompletableFuture<Boolean> exists(String room);

  /** All rooms that have members. Costs 16 requests and one for each room. */
  CompletableFuture<Set<String>> list();

  /** As {@link #clearMembers}, and removes the metadata. */
  CompletableFuture<Set<String>> clear(String room);

  /**
   * Removes all members and keeps the metadata; tells who they were. Once done, no broadcast
   * reaches them until they join again. Fails with {@code EUNAVAILABLE} when a node that held some
   * of them did not confirm in time; they are removed all the same.
   */
  CompletableFuture<Set<String>> clearMembers(String room);

  /**
   * Sends a push to all members but some. One request to the cluster, whatever their number;
   * broadcasts to one room reach each member in the order in which they were accepted.
   */
  CompletableFuture<Void> broadcast(
      String room, String name, @Nullable Object payload, String... exceptIds);

  /** The metadata of a room, which needs no members; it stays until removed or cleared. */
  Metadata metadata(String room);

  /** The metadata of all rooms that have any; 16 requests. */
  CompletableFuture<Map<String, JsonNode>> allMetadata();

  /** The metadata of the members of a room, by connection; null where there is none. */
  CompletableFuture<Map<String, @Nullable JsonNode>> metadataOfMembers(String room);

  /**
   * Tells of joins and leaves of one room on all nodes, each once, in the order in which they
   * happened. Called on handler threads, one event after the other. What a loss of messages between
   * nodes kept away is told from what changed.
   *
   * @return completes when every later event will be told
   */
  CompletableFuture<RoomWatch> watch(String room, Consumer<? super RoomEvent> listener);
}
