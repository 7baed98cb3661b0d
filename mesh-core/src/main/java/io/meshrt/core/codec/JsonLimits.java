// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

/**
 * How much one JSON text may ask of the machine that reads it. A text beyond any of these is
 * malformed.
 *
 * @param maxDepth arrays and objects inside each other, the outermost included
 * @param maxNumberLength characters of one number
 * @param maxNameLength characters of one object key, as decoded
 * @param maxTokens tokens of the largest text: every value, key, bracket and brace counts one. A
 *     smaller text may hold half as many as it has bytes, see {@link #tokenBudget}
 * @param maxBytes bytes of the whole text
 */
public record JsonLimits(
    int maxDepth, int maxNumberLength, int maxNameLength, int maxTokens, int maxBytes) {
  /** So many tokens are always allowed: half the bytes would be too strict for short texts. */
  public static final int ALWAYS_ALLOWED_TOKENS = 1_000;

  /** All limits are positive. */
  public JsonLimits {
    requirePositive("maxDepth", maxDepth);
    requirePositive("maxNumberLength", maxNumberLength);
    requirePositive("maxNameLength", maxNameLength);
    requirePositive("maxTokens", maxTokens);
    requirePositive("maxBytes", maxBytes);
  }

  /** The protocol's limits for messages of at most {@code maxBytes}. */
  public static JsonLimits forMessages(int maxBytes) {
    return new JsonLimits(64, 100, 256, Math.max(ALWAYS_ALLOWED_TOKENS, maxBytes / 2), maxBytes);
  }

  /** How many tokens a text of so many bytes may hold. */
  public int tokenBudget(int bytes) {
    return Math.min(maxTokens, Math.max(ALWAYS_ALLOWED_TOKENS, bytes / 2));
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value);
    }
  }
}
