// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

/**
 * Version of a record.
 *
 * @param number 1 for the first effective write, one more for each that follows, also behind a
 *     deletion; 0 of a record that was never written
 * @param stamp differs for any two writes, also where the number does not because a cluster lost
 *     data; empty with the number 0. As a text it is greater than those of all earlier writes of
 *     the record: as surely as the number, and where numbers begin again as surely as the clocks of
 *     the nodes agree
 */
public record RecordVersion(long number, String stamp) {
  /** Of a record that was never written, or was forgotten. */
  public static final RecordVersion NONE = new RecordVersion(0, "");

  /** Refuses negative numbers. */
  public RecordVersion {
    if (number < 0) {
      throw new IllegalArgumentException("number: " + number);
    }
  }

  /** Whether this is of a later write, or deletion, of the same record: has the greater stamp. */
  public boolean isNewerThan(RecordVersion other) {
    return stamp.compareTo(other.stamp) > 0;
  }
}
