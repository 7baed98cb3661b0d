// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.auth;

import io.meshrt.server.connection.Connection;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Decides whether a connection may use something that was exposed by name: join a room, subscribe
 * to a channel, read or write a record.
 *
 * <p>Called on a handler thread, for each request anew, so its answer may change; it may block. A
 * guard that throws, answers null or takes longer than 5 s refuses. Where several exposures match a
 * name, all their guards have to admit.
 *
 * <p>A {@linkplain io.meshrt.server.RoomDoors#persistentRooms persistent} membership ends only when
 * a guard says no, or throws {@code EACCESS} or {@code EUNAUTHORIZED}; with any other failure it is
 * asked again later.
 */
@FunctionalInterface
public interface Guard {
  /**
   * Whether to admit.
   *
   * @param name the concrete name that was asked for, also where a pattern was exposed
   */
  boolean admits(Connection connection, String name) throws Exception;

  /** A guard that answers later; null, a null value and a failed stage refuse. */
  static Guard async(AsyncGuard guard) {
    return new AsyncGuard.AsGuard(Objects.requireNonNull(guard, "guard"));
  }

  /** As {@link #admits}, for guards that may answer later. */
  default CompletionStage<Boolean> decide(Connection connection, String name) throws Exception {
    return CompletableFuture.completedFuture(admits(connection, name));
  }
}
