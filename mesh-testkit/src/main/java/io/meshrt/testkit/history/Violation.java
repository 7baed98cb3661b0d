// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit.history;

/**
 * Something that must not be.
 *
 * @param kind what is wrong
 * @param channel where
 * @param who the follower, or the publisher where all followers are concerned
 * @param message the message's name; empty where it is about a gap
 * @param detail what was seen
 */
public record Violation(Kind kind, String channel, String who, String message, String detail) {
  /** What can be wrong. */
  public enum Kind {
    /** Was accepted, did not arrive, and lies within no gap that was told. */
    LOST,
    /** Arrived twice, or was accepted twice. */
    DOUBLED,
    /** Came behind something that has a later position, or has an earlier one than it must have. */
    REORDERED,
    /** Arrived, but failed or was never published. */
    FORGED,
    /** A position of two messages, or a message of two positions. */
    CONFLICT,
    /** Another epoch followed without a gap. */
    UNANNOUNCED,
    /** More than one gap was told for an incident, or one without an incident. */
    EXTRA_GAP
  }

  @Override
  public String toString() {
    return "%s %s at %s on %s: %s".formatted(kind, message, who, channel, detail);
  }
}
