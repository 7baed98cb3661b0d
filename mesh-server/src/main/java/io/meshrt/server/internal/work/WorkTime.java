// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.work;

import java.time.Duration;

/**
 * How the time of a command is divided. Workers begin until some way before the end; what they say
 * about it has the same time again to arrive before the server decides that nobody has.
 */
public final class WorkTime {
  /** Shorter times leave nothing to divide. */
  public static final Duration SHORTEST = Duration.ofMillis(100);

  /** A worker that begins so close to the end says so first. */
  public static final Duration CLOSE = Duration.ofMillis(500);

  /** A worker that has not ended after this long says that it has begun. */
  public static final Duration LONG = Duration.ofMillis(200);

  private static final Duration LONGEST_MARGIN = Duration.ofMillis(500);

  private WorkTime() {}

  /** How long after its arrival a command without a worker fails. */
  public static Duration untilDecision(Duration timeout) {
    return timeout.minus(margin(timeout));
  }

  /** How long after its arrival a worker may begin with a command. */
  public static Duration untilStart(Duration timeout) {
    Duration until = timeout.minus(margin(timeout).multipliedBy(2));
    return until.compareTo(WorkGroup.KEPT) < 0 ? until : WorkGroup.KEPT;
  }

  private static Duration margin(Duration timeout) {
    Duration tenth = timeout.dividedBy(10);
    return tenth.compareTo(LONGEST_MARGIN) < 0 ? tenth : LONGEST_MARGIN;
  }
}
