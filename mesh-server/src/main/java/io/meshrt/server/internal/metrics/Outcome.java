// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

/** How one run of a command ended. */
public enum Outcome {
  /** Answered with a result. */
  OK("ok"),
  /** A handler, middleware or guard said no with a code of its own. */
  FAILED("failed"),
  /** Refused before it ran: rate, full queue, full pool. */
  REFUSED("refused"),
  /** Not answered in time. */
  TIMEOUT("timeout"),
  /** An exception that was not meant for the caller. */
  ERROR("error"),
  /** A result that came after the answer, mostly after the timeout; it was dropped. */
  LATE("late");

  private final String tag;

  Outcome(String tag) {
    this.tag = tag;
  }

  String tag() {
    return tag;
  }
}
