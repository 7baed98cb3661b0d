// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.room;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A connection in a room.
 *
 * @param connectionId of the connection
 * @param metadata what is attached to the connection, if anything; not told by older servers
 */
public record RoomMember(String connectionId, Optional<JsonNode> metadata) {}
