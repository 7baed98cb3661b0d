// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.channel;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.core.codec.RawJson;

/** How a server is asked for the subscription of a channel. */
public interface Asking {
  /** Whether the server knows where it begins, and answers with what follows. */
  boolean beginsWithUnread();

  /** The server has accepted what was asked for. */
  default void onAccepted() {}

  /** Whether what is resumed now is something else than before, of which nothing is known. */
  default boolean beginsAnew() {
    return false;
  }

  /** It does, and the followers have forgotten what they had. */
  default void onBeginningAnew() {}

  /** For the first subscription. */
  RawJson subscribe(SubscribeOptions options);

  /**
   * For one that goes on behind a position.
   *
   * @param timeMillis of the message there, on the server's clock; negative when it is not known
   */
  RawJson resume(ChannelPosition position, long timeMillis);

  /** For a channel that is called by a name of its own. */
  static Asking of(String channel) {
    return new Asking() {
      @Override
      public boolean beginsWithUnread() {
        return false;
      }

      @Override
      public RawJson subscribe(SubscribeOptions options) {
        return ChannelCalls.subscribe(channel, options);
      }

      @Override
      public RawJson resume(ChannelPosition position, long timeMillis) {
        return ChannelCalls.resume(channel, position);
      }
    };
  }
}
