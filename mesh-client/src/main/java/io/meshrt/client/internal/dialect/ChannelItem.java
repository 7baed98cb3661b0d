// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.core.codec.RawJson;

/**
 * A message of a channel as the server sent it.
 *
 * @param message as JSON; of older servers always a text
 * @param position {@link ChannelPosition#NONE} without a number
 * @param timeMillis the server's; negative when it told none
 */
public record ChannelItem(RawJson message, ChannelPosition position, long timeMillis) {}
