// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.channel;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message of a channel.
 *
 * @param message null for JSON null
 * @param position its place; {@link ChannelPosition#NONE} where the channel has no numbers
 * @param time when it was accepted, on the server's clock; empty where the channel has no numbers
 */
public record ChannelMessage<T>(
    @Nullable T message, ChannelPosition position, Optional<Instant> time) {}
