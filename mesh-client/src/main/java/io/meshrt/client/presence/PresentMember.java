// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.presence;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A connection that is present in a room.
 *
 * @param connectionId of the connection
 * @param state what it last published about itself, if anything; shared, not to be changed
 */
public record PresentMember(String connectionId, Optional<JsonNode> state) {}
