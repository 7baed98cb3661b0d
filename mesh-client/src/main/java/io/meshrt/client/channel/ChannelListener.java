// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.channel;

import org.jspecify.annotations.Nullable;

/**
 * Hears a channel. Runs on the client's callback executor, one call after the other: each message
 * once, in order, or a gap in its place.
 *
 * <p>A listener that falls behind by more than {@code maxQueuedMessages} or {@code
 * maxQueuedMessageBytes} of the client's limits is given what it missed from the channel's history
 * as soon as it has caught up with its queue; where there is none, it is told of a gap. What it
 * throws is reported to the error listeners, and the next message is given all the same.
 */
@FunctionalInterface
public interface ChannelListener<T> {
  /** Takes a message; null for JSON null. */
  void onMessage(@Nullable T message) throws Exception;

  /** Takes a message with its place; calls {@link #onMessage(Object)} unless overridden. */
  default void onMessage(ChannelMessage<T> message) throws Exception {
    onMessage(message.message());
  }

  /**
   * After a reconnect nothing was missed: what came meanwhile has been given as messages.
   *
   * @param messages how many these were
   */
  default void onRecovered(long messages) throws Exception {}

  /** Messages are missing in this place; told once for each gap. */
  default void onGap(ChannelGap gap) throws Exception {}

  /**
   * Nothing more will come: the server revoked the subscription, or refused it after a reconnect.
   * Not called when the application closed it.
   */
  default void onEnded() throws Exception {}
}
