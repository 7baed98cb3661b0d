// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.channel;

import java.util.Objects;

/**
 * Place of a message in its channel. Offsets of one epoch grow by one; positions of different
 * epochs cannot be compared: the server has lost or forgotten what lies between them.
 *
 * @param epoch empty where messages have no numbers
 * @param offset 1 for the first message of an epoch
 */
public record ChannelPosition(String epoch, long offset) {
  /** Of a message without a number, and before the first one. */
  public static final ChannelPosition NONE = new ChannelPosition("", 0);

  /** Checks the parts. */
  public ChannelPosition {
    Objects.requireNonNull(epoch, "epoch");
    if (offset < 0) {
      throw new IllegalArgumentException("offset: " + offset);
    }
  }

  /** Whether this is the place of something. */
  public boolean isNumbered() {
    return !epoch.isEmpty();
  }

  /** Whether both can be compared. */
  public boolean sameEpoch(ChannelPosition other) {
    return isNumbered() && epoch.equals(other.epoch);
  }
}
