// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.channel;

import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.internal.dialect.ChannelItem;
import io.meshrt.client.internal.dialect.ChannelPage;
import java.util.List;

/** A follower to be, and who waits for it. Used on the state thread. */
interface Newcomer {
  Follower follower();

  SubscribeOptions options();

  /** How the server is asked. */
  Asking asking();

  /** It follows now; {@code history} is what was asked for of the past, newest first. */
  void onAccepted(List<ChannelItem> history);

  /** It does not. */
  void onFailure(RuntimeException failure);

  /** The answer about the past came: the follower begins behind it. */
  default void begin(ChannelPage page) {
    if (options().followsPast() || asking().beginsWithUnread()) {
      onAccepted(List.of());
      follower().beginWith(page, options());
    } else {
      List<ChannelItem> history = options().historyLimit() > 0 ? page.newest() : List.of();
      onAccepted(history);
      follower().beginBehind(page.head(), options().historyToListener() ? history : List.of());
    }
  }
}
