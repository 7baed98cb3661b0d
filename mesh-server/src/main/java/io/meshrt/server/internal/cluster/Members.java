// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Groups of members, each owned by the life of a node and gone with it. Members of nodes that are
 * not alive are never told of. Every change is published on the group's {@link Topic#events} in the
 * same step, as a {@link MemberEvent}.
 *
 * <p>Thread-safe, never blocks; futures complete on threads of the cluster and fail with {@code
 * EUNAVAILABLE} when the cluster cannot be asked, the outcome then being unknown. All changes may
 * be repeated. Joins and leaves of one member in one group must not overlap on its node.
 */
public interface Members {
  /**
   * Makes a member of this node's join. True if it was not there; if it was, it is this life's from
   * now on, its value is replaced only by one that is not null, and nothing is published.
   */
  CompletableFuture<Boolean> join(Topic group, String member, byte @Nullable [] value);

  /** Removes a member, whoever owns it. True if it was there. */
  CompletableFuture<Boolean> leave(Topic group, String member);

  /** Removes all members, whoever owns them, publishing each; tells who they were. */
  CompletableFuture<Set<String>> clear(Topic group);

  /**
   * Changes the value of a member, whoever owns it.
   *
   * @param expected the version it is based on, or {@link Version#ANY}
   * @param value null removes it
   * @param silent whether the change is kept from the group's events
   */
  CompletableFuture<ValueChange> setValue(
      Topic group, String member, Version expected, byte @Nullable [] value, boolean silent);

  /** All members, and where the group's events stood at that moment. */
  CompletableFuture<Snapshot> members(Topic group);

  /** Those of {@code ids} that are members. */
  CompletableFuture<List<Member>> find(Topic group, Collection<String> ids);

  /**
   * Goes through what there may be of this life, some at a time: too much, never too little.
   *
   * @param step completes when the next may come
   */
  CompletableFuture<Void> forOwn(Function<Collection<Entry>, CompletableFuture<?>> step);

  /** The groups a member is in. */
  CompletableFuture<Set<Topic>> groupsOf(NodeId owner, String member);

  /** The groups of a kind that have members. Asks 16 times, and once for each group. */
  CompletableFuture<Set<Topic>> groups(String kind);

  /** A member, by its id, in a group. */
  record Entry(String member, Topic group) {}

  /**
   * Members at one moment.
   *
   * @param position of the group's events: what is published after it is not in the list yet
   */
  record Snapshot(List<Member> members, Position position) {
    /** Copies the list. */
    public Snapshot {
      members = List.copyOf(members);
    }
  }

  /**
   * Outcome of {@link Members#setValue}.
   *
   * @param changed false if there is no such member or its version is another one
   * @param current the value as it is now, {@link Stored#ABSENT} without such a member
   */
  record ValueChange(boolean changed, Stored current) {}
}
