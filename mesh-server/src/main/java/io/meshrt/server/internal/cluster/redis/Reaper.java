// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.Members.Entry;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Removes what ended lives owned. Several nodes may reap the same one: whatever is removed is
 * removed, and told, by one of them. Thread-safe.
 */
final class Reaper {
  private static final int AT_ONCE = 500;

  private final Leases leases;
  private final RedisMembers members;
  private final Set<NodeId> underWay = ConcurrentHashMap.newKeySet();

  Reaper(Leases leases, RedisMembers members) {
    this.leases = leases;
    this.members = members;
  }

  /** Reaps whoever has ended. Completes in any case; what failed is tried again with the next. */
  CompletableFuture<Void> reap() {
    return leases
        .ended()
        .thenCompose(
            ended ->
                CompletableFuture.allOf(
                    ended.stream()
                        .map(node -> reap(node, false))
                        .toArray(CompletableFuture<?>[]::new)))
        .exceptionally(failure -> null);
  }

  /** Ends a life, by force if it has not ended, and removes what it owns. */
  CompletableFuture<Void> reap(NodeId node, boolean byForce) {
    if (!underWay.add(node)) {
      return CompletableFuture.completedFuture(null);
    }
    return leases
        .claim(node, byForce)
        .thenCompose(
            mark ->
                mark.isEmpty()
                    ? CompletableFuture.<Void>completedFuture(null)
                    : removeAll(node).thenCompose(done -> leases.forget(node, mark)))
        .whenComplete((done, failure) -> underWay.remove(node));
  }

  private CompletableFuture<Void> removeAll(NodeId node) {
    return members
        .index()
        .first(node, AT_ONCE)
        .thenCompose(
            entries ->
                entries.isEmpty()
                    ? CompletableFuture.<Void>completedFuture(null)
                    : remove(node, entries).thenCompose(done -> removeAll(node)));
  }

  private CompletableFuture<Void> remove(NodeId node, List<Entry> entries) {
    Map<Topic, List<String>> byGroup = new HashMap<>();
    for (Entry entry : entries) {
      byGroup.computeIfAbsent(entry.group(), key -> new ArrayList<>()).add(entry.member());
    }
    List<CompletableFuture<?>> removals = new ArrayList<>();
    byGroup.forEach((group, ids) -> removals.add(members.remove(group, ids, node.toString())));
    return CompletableFuture.allOf(removals.toArray(CompletableFuture<?>[]::new))
        .thenCompose(done -> members.index().remove(node, entries));
  }
}
