// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * How some records are kept. All nodes have to have the same policies, and those of a record must
 * not change while it exists. Immutable.
 */
public final class RecordPolicy {
  private static final RecordPolicy DEFAULTS =
      new RecordPolicy(UnaryOperator.identity(), Duration.ZERO, true);

  private final UnaryOperator<String> group;
  private final Duration timeToLive;
  private final boolean listed;

  private RecordPolicy(UnaryOperator<String> group, Duration timeToLive, boolean listed) {
    this.group = group;
    this.timeToLive = timeToLive;
    this.listed = listed;
  }

  /** Each record is a group of its own, lives until it is deleted, and is listed. */
  public static RecordPolicy defaults() {
    return DEFAULTS;
  }

  /**
   * Puts records into groups. What lies in one group can be changed in one transaction, is kept in
   * one place of the cluster, and is written one change after the other on each node.
   *
   * @param group name of the group for the id of a record; always the same for the same id, quick,
   *     not null
   */
  public RecordPolicy withGroup(UnaryOperator<String> group) {
    return new RecordPolicy(Objects.requireNonNull(group, "group"), timeToLive, listed);
  }

  /**
   * Lets a record vanish so long after it was last written; zero: not. It is then as if it had
   * never been: the next write is its version 1. Subscribers are told that it was deleted.
   */
  public RecordPolicy withTimeToLive(Duration timeToLive) {
    if (timeToLive.isNegative() || (!timeToLive.isZero() && timeToLive.toMillis() < 1)) {
      throw new IllegalArgumentException("timeToLive: " + timeToLive);
    }
    return new RecordPolicy(group, timeToLive, listed);
  }

  /**
   * Leaves records out of lists and collections. Creating and deleting them then costs a request
   * less, and nodes with collections hear nothing of their changes.
   */
  public RecordPolicy withoutListing() {
    return new RecordPolicy(group, timeToLive, false);
  }

  public UnaryOperator<String> group() {
    return group;
  }

  /** Zero for ever. */
  public Duration timeToLive() {
    return timeToLive;
  }

  /** Whether records are in lists and collections. */
  public boolean listed() {
    return listed;
  }
}
