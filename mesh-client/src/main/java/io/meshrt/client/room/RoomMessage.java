// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.room;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * What a client sent to a room.
 *
 * @param room it was sent to
 * @param payload what was sent
 * @param fromConnection id of the sender's connection
 * @param fromIdentity of the sender, if it has one; the server's word
 * @param id of the message, as the sender was told it
 */
public record RoomMessage(
    String room,
    JsonNode payload,
    String fromConnection,
    Optional<String> fromIdentity,
    String id) {}
