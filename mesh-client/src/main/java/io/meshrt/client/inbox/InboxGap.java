// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.inbox;

import io.meshrt.client.channel.ChannelPosition;
import java.util.OptionalLong;

/**
 * Messages that were not kept long enough, or were lost.
 *
 * @param last of the message before the gap; {@link ChannelPosition#NONE} where that is not known
 * @param resumesAfter what comes next follows this position
 */
public record InboxGap(ChannelPosition last, ChannelPosition resumesAfter) {
  /** How many are missing; empty where nobody can know. */
  public OptionalLong missed() {
    long missed = resumesAfter.offset() - last.offset();
    return last.sameEpoch(resumesAfter) && missed > 0
        ? OptionalLong.of(missed)
        : OptionalLong.empty();
  }
}
