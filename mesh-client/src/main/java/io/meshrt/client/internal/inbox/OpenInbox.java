// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.inbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.SubscriptionState;
import io.meshrt.client.inbox.InboxSubscription;

/**
 * An inbox that is open.
 *
 * @param onClose tells what was handled, before the server is told that this is over
 */
record OpenInbox(ChannelSubscription<JsonNode> subscription, Runnable onClose)
    implements InboxSubscription {
  @Override
  public SubscriptionState state() {
    return subscription.state();
  }

  @Override
  public ChannelPosition position() {
    return subscription.position();
  }

  @Override
  public void close() {
    onClose.run();
    subscription.close();
  }
}
