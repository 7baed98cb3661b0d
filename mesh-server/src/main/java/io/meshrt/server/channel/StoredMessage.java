// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.channel;

/**
 * A publication as it is given to a store, and as the store gives it back.
 *
 * @param channel where it was published
 * @param position its place in the channel, unique there
 * @param timeMillis when the node that published knew it accepted, in ms since the epoch by the
 *     clock of that node; never earlier than what that node published before
 * @param json what was published, as JSON text
 */
public record StoredMessage(
    String channel, ChannelPosition position, long timeMillis, String json) {
  /** What clients call the message when they ask for later ones; unique in its channel. */
  public String id() {
    return position.epoch() + "-" + position.offset();
  }
}
