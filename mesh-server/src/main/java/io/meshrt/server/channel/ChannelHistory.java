// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.channel;

import java.util.List;

/**
 * A page of a channel's history.
 *
 * @param messages newest first when the newest were asked for, else oldest first; without holes
 * @param head where the channel stood when the page was read; {@link ChannelPosition#NONE} where
 *     nothing was ever numbered
 * @param recovered whether nothing was lost between the position asked for and the first message
 * @param more whether there are further messages behind the last one; when the newest were asked
 *     for, whether older ones that were asked for too did not fit the page
 */
public record ChannelHistory(
    List<ChannelMessage> messages, ChannelPosition head, boolean recovered, boolean more) {
  /** Copies the list. */
  public ChannelHistory {
    messages = List.copyOf(messages);
  }
}
