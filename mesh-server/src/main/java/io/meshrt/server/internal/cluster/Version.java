// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

/**
 * Version of a stored value.
 *
 * @param number 1 for the first write, one more for each that follows; a removal keeps it
 * @param stamp differs for any two writes, also where the number does not: after a loss of data the
 *     same number can be given again
 */
public record Version(long number, String stamp) {
  /** Of a value that was never written, or was forgotten. */
  public static final Version ABSENT = new Version(0, "");

  /** As an expectation: whatever is there. */
  public static final Version ANY = new Version(-1, "");
}
