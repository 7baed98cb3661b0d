// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.channel;

/**
 * Messages that this subscriber will not get.
 *
 * @param last of the message before the gap; {@link ChannelPosition#NONE} where that has no number,
 *     or there was none
 * @param resumesAfter what comes next follows this position; {@link ChannelPosition#NONE} where
 *     messages have no numbers, and then perhaps nothing was missed
 */
public record ChannelGap(ChannelPosition last, ChannelPosition resumesAfter) {}
