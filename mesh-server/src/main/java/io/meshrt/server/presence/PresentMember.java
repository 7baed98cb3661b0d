// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.presence;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A member of a tracked room who is present.
 *
 * @param connectionId of the connection
 * @param state what it last published about itself, if anything
 */
public record PresentMember(String connectionId, Optional<JsonNode> state) {}
