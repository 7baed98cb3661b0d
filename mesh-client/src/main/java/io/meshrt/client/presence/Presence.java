// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.presence;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Who is present in the rooms that the server tracks. Thread-safe; calls about one room reach the
 * server in the order in which they are made.
 *
 * <p>After a reconnect, once rooms were joined again, the client subscribes again and publishes
 * again what it had published about itself, unless it has expired. What the server then refuses is
 * told to the error listeners and forgotten.
 *
 * <p>Futures fail as those of {@link io.meshrt.client.MeshClient#command(String, Object, Class)}
 * do, with {@code EACCESS} when the server refuses or does not track the room, with {@code
 * ENOTFOUND} on servers without presence, and with {@link IllegalArgumentException} when the name
 * is empty, longer than 255 bytes of UTF-8, or holds control characters.
 */
public interface Presence {
  /**
   * Tells who is present: first a snapshot, then each change in order. One need not be in the room.
   * All listeners of a room share one subscription of the connection.
   *
   * @return completes when the server accepted, with no order between that and the first event;
   *     cancelling it ends the subscription. While the client is reconnecting a further listener
   *     begins with the list known last.
   */
  CompletableFuture<PresenceSubscription> subscribe(String room, PresenceListener listener);

  /** As {@link #publishState(String, Object, StateOptions)} with the defaults. */
  default CompletableFuture<Void> publishState(String room, Object state) {
    return publishState(room, state, StateOptions.defaults());
  }

  /**
   * Publishes a state of this connection, in place of an earlier one. It has to be in the room,
   * else the call fails with {@code ENOTFOUND}, on older servers with {@code EACCESS}.
   *
   * @param state any value Jackson can write but null, false, 0 and the empty text; use {@link
   *     #clearState} to have none
   */
  CompletableFuture<Void> publishState(String room, Object state, StateOptions options);

  /**
   * Removes the state of this connection. From now on it is not published again, whatever comes of
   * the call; that the connection is lost meanwhile is a success.
   */
  CompletableFuture<Void> clearState(String room);

  /** Who is present now, with states; asks the server. */
  CompletableFuture<List<PresentMember>> state(String room);
}
