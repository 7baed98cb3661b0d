// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.connection;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A connection of any node, as it was when it was asked for.
 *
 * @param id of the connection
 * @param nodeId of the node that holds it
 * @param metadata what is attached to it, if anything
 */
public record ConnectionInfo(String id, String nodeId, Optional<JsonNode> metadata) {}
