// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.channel;

import java.util.List;

/**
 * A page of what is kept of a channel.
 *
 * @param messages the newest first, or from a position on, oldest first
 * @param position of the channel's newest message; {@link ChannelPosition#NONE} without numbers
 * @param complete whether nothing is missing between the position asked for and the first message;
 *     true when none was asked for
 * @param more whether there is more behind the page
 */
public record ChannelHistory<T>(
    List<ChannelMessage<T>> messages, ChannelPosition position, boolean complete, boolean more) {
  /** Copies the list. */
  public ChannelHistory {
    messages = List.copyOf(messages);
  }
}
