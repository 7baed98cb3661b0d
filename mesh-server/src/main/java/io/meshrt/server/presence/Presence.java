// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.presence;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Who is present in tracked rooms, on all nodes, and what they say about themselves. Members of
 * rooms are present by themselves; clients subscribe to hear joins, leaves and states, each once.
 * Thread-safe, never blocks. Futures fail with {@code EUNAVAILABLE} when the cluster cannot be
 * asked and with {@code ENOTFOUND} for a room that is not tracked.
 */
public interface Presence {
  /** Who is present, with states; one request. */
  CompletableFuture<List<PresentMember>> members(String room);

  /** The state of one member. */
  CompletableFuture<Optional<JsonNode>> state(String room, String connectionId);

  /**
   * Sets the state of a member and tells the subscribers. The last one counts.
   *
   * @param state any value Jackson can write but null
   * @param expireAfter when the state goes again by itself; null for never
   * @return false when the connection is not a member
   */
  CompletableFuture<Boolean> publishState(
      String room, String connectionId, Object state, @Nullable Duration expireAfter);

  /** Removes the state of a member and tells the subscribers; false if it is not a member. */
  CompletableFuture<Boolean> clearState(String room, String connectionId);
}
