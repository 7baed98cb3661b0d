// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.presence;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a listener needs to keep a list of who is present: a whole list, or one change of it.
 *
 * @param type what happened
 * @param room name of the room
 * @param members the whole list, for the types that are snapshots; else empty
 * @param connectionId whom the change is about; empty for other types
 * @param state of a {@code STATE}, shared and not to be changed; empty when the state is gone
 * @param time of the change, on the server's clock; empty for other types
 */
public record PresenceEvent(
    Type type,
    String room,
    List<PresentMember> members,
    String connectionId,
    Optional<JsonNode> state,
    Optional<Instant> time) {

  /** What happened. */
  public enum Type {
    /** A snapshot, the first event of each subscription. */
    INITIAL,
    /** A snapshot after a reconnect, in place of what happened meanwhile. */
    RESTORED,
    /**
     * A snapshot in place of changes that were not told, because the listener had fallen too far
     * behind.
     */
    CAUGHT_UP,
    /** The connection was not present and is now, without a state. */
    JOINED,
    /** The connection is not present any more, and its state is gone. */
    LEFT,
    /** A connection that is present published a state, or its state is gone. */
    STATE,
    /** The last event: after a reconnect the server refused to go on telling. */
    ENDED;

    /** Whether {@link PresenceEvent#members} replaces all that was known. */
    public boolean isSnapshot() {
      return this == INITIAL || this == RESTORED || this == CAUGHT_UP;
    }
  }

  /** Copies the list. */
  public PresenceEvent {
    members = List.copyOf(members);
  }
}
