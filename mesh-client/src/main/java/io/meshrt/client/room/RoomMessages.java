// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.room;

import io.meshrt.client.Registration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sending to rooms, and hearing what others send there. Thread-safe. */
public interface RoomMessages {
  /**
   * Sends to all members of a room. The messages of one client to one room arrive in the order of
   * the calls, each once at each member's connection; a member that is away misses them.
   *
   * @param payload any value Jackson can write
   * @param echo whether this client, as a member, gets its own copy
   * @return the id of the message, when the cluster has accepted it. Fails with {@code EACCESS} for
   *     those who may not, {@code ETOOLARGE}, and {@code EUNAVAILABLE} within about 3 s when the
   *     nodes cannot reach each other: nobody knows then whether it was sent
   */
  CompletableFuture<String> send(String room, @Nullable Object payload, boolean echo);

  /** The same, with a copy for this client. */
  default CompletableFuture<String> send(String room, @Nullable Object payload) {
    return send(room, payload, true);
  }

  /**
   * Listens to what is sent to rooms this client is in. One that falls behind by more than the
   * client's limits misses messages, and the error listeners are told how many.
   */
  Registration onMessage(RoomMessageListener listener);
}
