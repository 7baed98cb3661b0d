// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.identity;

import io.meshrt.server.identity.IdentityDirectory;
import io.meshrt.server.identity.IdentityPage;
import io.meshrt.server.internal.attendance.Layout;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.roster.ConnectionGroups;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Asks the cluster who is online. Needs no sessions and no lease. Thread-safe, never blocks;
 * futures complete on threads of the cluster.
 */
public final class IdentityReader {
  /** A node is a member, with the ids of the connections there, for each identity it has. */
  static final Layout.Shared LAYOUT = Layout.shared("identity.nodes", "identity.told", 16);

  private static final int GROUP_DIGITS = 2;

  private final Cluster cluster;

  /** Asks this cluster. */
  public IdentityReader(Cluster cluster) {
    this.cluster = cluster;
  }

  /** As {@link IdentityDirectory#isOnline}. */
  public CompletableFuture<Boolean> isOnline(String id) {
    return LAYOUT.find(cluster, id).thenApply(found -> !found.isEmpty());
  }

  /** As {@link IdentityDirectory#online}. */
  public CompletableFuture<Set<String>> online(Collection<String> ids) {
    return ids.isEmpty()
        ? CompletableFuture.completedFuture(Set.of())
        : cluster.liveNodes().thenCompose(live -> online(new LinkedHashSet<>(ids), live));
  }

  private CompletableFuture<Set<String>> online(Set<String> ids, Set<NodeId> live) {
    Map<Topic, List<String>> byGroup = new HashMap<>();
    for (String id : ids) {
      List<String> asked = byGroup.computeIfAbsent(LAYOUT.group(id), key -> new ArrayList<>());
      live.forEach(node -> asked.add(LAYOUT.member(id, node.name())));
    }
    CompletableFuture<Set<String>> all = CompletableFuture.completedFuture(new HashSet<>());
    for (Map.Entry<Topic, List<String>> group : byGroup.entrySet()) {
      all =
          all.thenCombine(
              cluster.members().find(group.getKey(), group.getValue()),
              (online, found) -> {
                found.forEach(member -> online.add(LAYOUT.nameOf(member)));
                return online;
              });
    }
    return all;
  }

  /** As {@link IdentityDirectory#connections}. */
  public CompletableFuture<List<String>> connections(String id) {
    return LAYOUT
        .find(cluster, id)
        .thenApply(
            found ->
                found.stream()
                    .flatMap(member -> OwnIdentities.connections(member.value()).stream())
                    .toList());
  }

  /** As {@link IdentityDirectory#onlineCount}. */
  public CompletableFuture<Integer> onlineCount() {
    CompletableFuture<Integer> count = CompletableFuture.completedFuture(0);
    for (Topic group : LAYOUT.all()) {
      count = count.thenCombine(names(group), (before, names) -> before + names.size());
    }
    return count;
  }

  /** As {@link IdentityDirectory#connectionCount}. */
  public CompletableFuture<Integer> connectionCount() {
    CompletableFuture<Integer> count = CompletableFuture.completedFuture(0);
    for (Topic group : ConnectionGroups.all()) {
      count =
          count.thenCombine(
              cluster.members().members(group), (before, some) -> before + some.members().size());
    }
    return count;
  }

  /** As {@link IdentityDirectory#list(String, int)}; throws what it says. */
  public CompletableFuture<IdentityPage> list(String cursor, int limit) {
    if (limit < 1 || limit > IdentityDirectory.MAX_PAGE) {
      throw new IllegalArgumentException("limit: " + limit);
    }
    return cursor.isEmpty()
        ? page(0, "", limit, List.of())
        : page(groupOf(cursor), cursor.substring(GROUP_DIGITS), limit, List.of());
  }

  private static int groupOf(String cursor) {
    try {
      int group = Integer.parseInt(cursor.substring(0, GROUP_DIGITS));
      if (group >= 0 && group < LAYOUT.groups()) {
        return group;
      }
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException("cursor: not one of a page");
  }

  /** Group after group, each in the order of its ids, until the page is full. */
  private CompletableFuture<IdentityPage> page(
      int group, String after, int limit, List<String> before) {
    if (group == LAYOUT.groups()) {
      return CompletableFuture.completedFuture(new IdentityPage(before, Optional.empty()));
    }
    return names(LAYOUT.all().get(group))
        .thenCompose(
            names -> {
              List<String> page = new ArrayList<>(before);
              names.tailSet(after, false).stream().limit(limit - page.size()).forEach(page::add);
              if (page.size() < limit) {
                return page(group + 1, "", limit, page);
              }
              String cursor = (group < 10 ? "0" : "") + group + page.get(page.size() - 1);
              return CompletableFuture.completedFuture(new IdentityPage(page, Optional.of(cursor)));
            });
  }

  private CompletableFuture<NavigableSet<String>> names(Topic group) {
    return cluster
        .members()
        .members(group)
        .thenApply(Members.Snapshot::members)
        .thenApply(IdentityReader::names);
  }

  private static NavigableSet<String> names(List<Member> members) {
    return members.stream().map(LAYOUT::nameOf).collect(Collectors.toCollection(TreeSet::new));
  }
}
