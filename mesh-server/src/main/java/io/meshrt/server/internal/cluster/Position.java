// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

/**
 * Place in a numbered topic. Offsets begin at 1 and are consecutive within an epoch; a new epoch
 * means that what is known of the old one may not have happened.
 *
 * @param epoch life of the topic; empty if the topic is not numbered
 * @param offset of the newest publication, 0 before the first one
 */
public record Position(String epoch, long offset) {
  /** Of a topic, or a publication, without numbers. */
  public static final Position NONE = new Position("", 0);

  /** Checks the offset. */
  public Position {
    if (offset < 0 || (epoch.isEmpty() && offset != 0)) {
      throw new IllegalArgumentException("offset: " + offset + " in epoch '" + epoch + "'");
    }
  }

  /** Whether this is a place at all. */
  public boolean isNumbered() {
    return !epoch.isEmpty();
  }

  /** Whether both are places of one epoch. */
  public boolean sameEpoch(Position other) {
    return isNumbered() && epoch.equals(other.epoch);
  }

  /** Whether a publication here is the very next one after {@code previous}. */
  public boolean follows(Position previous) {
    return sameEpoch(previous) && offset == previous.offset + 1;
  }
}
