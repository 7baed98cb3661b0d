// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.channel;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * A publication of a channel.
 *
 * @param message what was published; belongs to the caller
 * @param position its place in the channel
 * @param time when it was accepted, by the clock of what the nodes share
 */
public record ChannelMessage(JsonNode message, ChannelPosition position, Instant time) {}
