// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Members as a guest sees them, who owns none: all changes are refused. Thread-safe. */
public final class GuestMembers implements Members {
  private final Members members;

  /** A guest's view of these. */
  public GuestMembers(Members members) {
    this.members = members;
  }

  private static <T> CompletableFuture<T> refused() {
    return CompletableFuture.failedFuture(
        new IllegalStateException("members are changed by nodes, and this is a guest"));
  }

  @Override
  public CompletableFuture<Boolean> join(Topic group, String member, byte @Nullable [] value) {
    return refused();
  }

  @Override
  public CompletableFuture<Boolean> leave(Topic group, String member) {
    return refused();
  }

  @Override
  public CompletableFuture<Set<String>> clear(Topic group) {
    return refused();
  }

  @Override
  public CompletableFuture<ValueChange> setValue(
      Topic group, String member, Version expected, byte @Nullable [] value, boolean silent) {
    return refused();
  }

  @Override
  public CompletableFuture<Snapshot> members(Topic group) {
    return members.members(group);
  }

  @Override
  public CompletableFuture<List<Member>> find(Topic group, Collection<String> ids) {
    return members.find(group, ids);
  }

  /** Nothing is a guest's own. */
  @Override
  public CompletableFuture<Void> forOwn(Function<Collection<Entry>, CompletableFuture<?>> step) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Set<Topic>> groupsOf(NodeId owner, String member) {
    return members.groupsOf(owner, member);
  }

  @Override
  public CompletableFuture<Set<Topic>> groups(String kind) {
    return members.groups(kind);
  }
}
