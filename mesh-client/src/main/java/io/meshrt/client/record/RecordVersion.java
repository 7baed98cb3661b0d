// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.record;

/**
 * Version of a record.
 *
 * @param number 1 for the first effective write, one more for each that follows; 0 of a record that
 *     was never written
 * @param stamp differs for any two writes, also where the number does not because a cluster lost
 *     data; empty with the number 0 and on servers of older generations
 */
public record RecordVersion(long number, String stamp) {
  /** Of a record that was never written, or where none is known. */
  public static final RecordVersion NONE = new RecordVersion(0, "");

  /** Refuses negative numbers. */
  public RecordVersion {
    if (number < 0) {
      throw new IllegalArgumentException("number: " + number);
    }
  }
}
