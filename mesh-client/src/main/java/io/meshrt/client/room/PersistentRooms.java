// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.room;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Rooms that the server remembers: for the identity of this client, without one for a token that it
 * issues. They are restored on each connection, before {@link
 * io.meshrt.client.MeshClient#connect()} is done. Thread-safe; futures fail as those of {@link
 * Rooms} do.
 */
public interface PersistentRooms {
  /**
   * Joins a room, to be remembered; from then on the server decides whether it still is.
   *
   * @return who is in it, this connection included; fails with {@code EACCESS} when its members are
   *     not remembered, {@code ELIMIT} when too many rooms are
   */
  CompletableFuture<List<RoomMember>> joinPersistent(String room);

  /**
   * Leaves a room with this connection alone: it stays remembered, others of the identity or token
   * stay in it, and so does this client again on its next connection.
   */
  CompletableFuture<Void> leaveHere(String room);

  /**
   * The rooms this connection is in because they are remembered, as the server last told: those
   * restored, joined, added and removed by the server or by others of the identity. While there is
   * no connection, those of the last one.
   */
  Set<String> persistent();

  /**
   * The token by which rooms are remembered, issued at the first {@link #joinPersistent} without an
   * identity. Whoever has it has the memberships: keep it as a secret, and give it to {@link
   * io.meshrt.client.MeshClientBuilder#roomToken} the next time.
   */
  Optional<String> token();
}
