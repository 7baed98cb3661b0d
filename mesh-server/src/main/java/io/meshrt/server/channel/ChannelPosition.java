// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.channel;

/**
 * Place in a channel that numbers its publications. Offsets begin at 1 and are consecutive within
 * an epoch; a new epoch means that the end of the old one may have been lost.
 *
 * @param epoch life of the channel; empty where publications are not numbered
 * @param offset of the newest publication, 0 before the first one
 */
public record ChannelPosition(String epoch, long offset) {
  /** Of a channel, or a publication, without numbers. */
  public static final ChannelPosition NONE = new ChannelPosition("", 0);

  /** Checks the offset. */
  public ChannelPosition {
    if (offset < 0 || (epoch.isEmpty() && offset != 0)) {
      throw new IllegalArgumentException("offset: " + offset + " in epoch '" + epoch + "'");
    }
  }

  /** Whether this is a place at all. */
  public boolean isNumbered() {
    return !epoch.isEmpty();
  }
}
