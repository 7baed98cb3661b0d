// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.room;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A connection in a room.
 *
 * @param connectionId of the connection
 * @param nodeId of the node that holds it
 * @param metadata what is attached to the connection, if anything
 */
public record RoomMember(String connectionId, String nodeId, Optional<JsonNode> metadata) {}
