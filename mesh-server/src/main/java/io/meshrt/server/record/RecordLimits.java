// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

/**
 * How large records and their changes may be.
 *
 * @param maxValueBytes of one record as JSON
 * @param maxDepth open objects and arrays around the innermost value of a record
 * @param maxPatchOperations operations in one patch; beyond it the whole value is sent
 * @param maxTransactionRecords records in one transaction
 */
public record RecordLimits(
    int maxValueBytes, int maxDepth, int maxPatchOperations, int maxTransactionRecords) {
  private static final RecordLimits DEFAULTS = new RecordLimits(256 * 1024, 64, 1_000, 100);

  /** Refuses limits below 1. */
  public RecordLimits {
    requirePositive("maxValueBytes", maxValueBytes);
    requirePositive("maxDepth", maxDepth);
    requirePositive("maxPatchOperations", maxPatchOperations);
    requirePositive("maxTransactionRecords", maxTransactionRecords);
  }

  /** 256 KiB, depth 64, 1,000 operations, 100 records. */
  public static RecordLimits defaults() {
    return DEFAULTS;
  }

  public RecordLimits withMaxValueBytes(int bytes) {
    return new RecordLimits(bytes, maxDepth, maxPatchOperations, maxTransactionRecords);
  }

  public RecordLimits withMaxDepth(int depth) {
    return new RecordLimits(maxValueBytes, depth, maxPatchOperations, maxTransactionRecords);
  }

  public RecordLimits withMaxPatchOperations(int operations) {
    return new RecordLimits(maxValueBytes, maxDepth, operations, maxTransactionRecords);
  }

  public RecordLimits withMaxTransactionRecords(int records) {
    return new RecordLimits(maxValueBytes, maxDepth, maxPatchOperations, records);
  }

  private static void requirePositive(String name, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException(name + ": " + limit);
    }
  }
}
