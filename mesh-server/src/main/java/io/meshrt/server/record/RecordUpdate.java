// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Something that was written or removed on this node.
 *
 * @param value the new one; for a removal the last one
 * @param version the new one; for a removal the last one
 */
public record RecordUpdate(String id, JsonNode value, RecordVersion version) {}
