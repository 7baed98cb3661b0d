// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit.history;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a log shows.
 *
 * @param violations what must not be; empty when all is well
 * @param acknowledged messages that were acknowledged
 * @param unknown messages of which nobody was told whether they were accepted
 * @param failed messages that were surely not accepted
 * @param deliveries messages given to followers
 * @param gaps gaps told to followers
 * @param excused messages that did not reach a follower and lie within a gap it was told of,
 *     counted for each follower
 */
public record Verdict(
    List<Violation> violations,
    long acknowledged,
    long unknown,
    long failed,
    long deliveries,
    long gaps,
    long excused) {
  private static final int SHOWN = 20;

  /** Copies the list. */
  public Verdict {
    violations = List.copyOf(violations);
  }

  /**
   * Fails when there are violations.
   *
   * @throws AssertionError that shows the first of them
   */
  public Verdict requireClean() {
    if (!violations.isEmpty()) {
      throw new AssertionError(toString());
    }
    return this;
  }

  @Override
  public String toString() {
    String counts =
        "%d violations; published: %d acknowledged, %d unknown, %d failed; heard: %d messages, %d gaps, %d lost within gaps"
            .formatted(violations.size(), acknowledged, unknown, failed, deliveries, gaps, excused);
    return violations.stream()
        .limit(SHOWN)
        .map(violation -> "\n  " + violation)
        .collect(Collectors.joining("", counts, ""));
  }
}
