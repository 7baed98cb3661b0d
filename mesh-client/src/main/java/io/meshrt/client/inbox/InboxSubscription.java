// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.inbox;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.SubscriptionState;

/** An open inbox, until it is closed. Thread-safe. */
public interface InboxSubscription extends AutoCloseable {
  /** Where it stands now. */
  SubscriptionState state();

  /** Place of the last message that was put into the listener's queue. */
  ChannelPosition position();

  /**
   * Ends the subscription: the listener gets nothing more, but a call under way may finish. What it
   * has handled is acknowledged; the rest waits for the next time. Idempotent.
   */
  @Override
  void close();
}
