// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.inbox;

import java.util.Objects;

/**
 * Place of a message in an inbox. Offsets of one epoch grow by one; positions of different epochs
 * cannot be compared: what lies between them was lost or forgotten.
 *
 * @param epoch life of the inbox; empty where nothing was ever kept
 * @param offset 1 for the first message of an epoch
 */
public record InboxPosition(String epoch, long offset) {
  /** Checks the parts. */
  public InboxPosition {
    Objects.requireNonNull(epoch, "epoch");
    if (offset < 0) {
      throw new IllegalArgumentException("offset: " + offset);
    }
  }
}
