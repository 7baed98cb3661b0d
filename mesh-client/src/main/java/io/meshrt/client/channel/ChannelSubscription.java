// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.channel;

import java.util.List;

/** A listener to one channel, until it is closed. Thread-safe. */
public interface ChannelSubscription<T> extends AutoCloseable {
  /** Name of the channel. */
  String channel();

  /**
   * What was kept of the channel when the subscription began, newest first: as many messages as the
   * options asked for. The listener is given them only when the options say so. Messages that do
   * not fit the type are left out and reported to the error listeners.
   */
  List<ChannelMessage<T>> history();

  /** Where it stands now. */
  SubscriptionState state();

  /**
   * Place of the last message that was put into the listener's queue, or of the gap told after it;
   * {@link ChannelPosition#NONE} where there are no numbers. With {@link
   * SubscribeOptions#from(ChannelPosition)} another subscription goes on there.
   */
  ChannelPosition position();

  /**
   * Ends the subscription: the listener gets nothing more, but a call under way may finish.
   * Idempotent. The server is told when it was the last one of the channel.
   */
  @Override
  void close();
}
