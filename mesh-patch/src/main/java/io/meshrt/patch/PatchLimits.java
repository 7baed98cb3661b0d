// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

/**
 * How large a patch may be, both when it is made and when it is applied.
 *
 * <p>Making a patch never fails on a limit: {@link JsonDiff} then answers that the full value
 * should be sent. Applying a patch that passes a limit fails with {@link
 * PatchException.Code#TOO_LARGE}.
 *
 * @param maxOperations operations in one patch
 * @param maxDepth open objects and arrays around the innermost value of a document, counted as
 *     Jackson counts them: {@code 1} has depth 0, <code>{"a":[1]}</code> has depth 2
 * @param maxValueBytes bytes of a value as compact UTF-8 JSON; the paths and values of one patch,
 *     with what it copies, come to no more than that
 */
public record PatchLimits(int maxOperations, int maxDepth, int maxValueBytes) {
  private static final PatchLimits DEFAULTS = new PatchLimits(1_000, 64, 256 * 1024);

  /** Refuses limits below 1 with an {@link IllegalArgumentException}. */
  public PatchLimits {
    requirePositive("maxOperations", maxOperations);
    requirePositive("maxDepth", maxDepth);
    requirePositive("maxValueBytes", maxValueBytes);
  }

  /** 1,000 operations, depth 64, 256 KiB. */
  public static PatchLimits defaults() {
    return DEFAULTS;
  }

  public PatchLimits withMaxOperations(int operations) {
    return new PatchLimits(operations, maxDepth, maxValueBytes);
  }

  public PatchLimits withMaxDepth(int depth) {
    return new PatchLimits(maxOperations, depth, maxValueBytes);
  }

  public PatchLimits withMaxValueBytes(int bytes) {
    return new PatchLimits(maxOperations, maxDepth, bytes);
  }

  private static void requirePositive(String name, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException(name + ": " + limit);
    }
  }
}
