// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.attendance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Stored;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was told of names: that some node has something there. Whoever changes it tells, so that
 * each change is told once, by one node. Thread-safe, never blocks.
 *
 * <p>Under a name stands one node that has something there; every node that comes or goes compares
 * it with the members of the group, and now and then somebody looks after those of dead nodes.
 */
final class Announcements {
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  /** Of so many sweeps one looks after everything: what is told may be late. */
  private static final int ALL_SWEEPS = 12;

  /** Told of what this node has changed. */
  interface Listener {
    void onChange(String name, boolean first);
  }

  private final Cluster cluster;
  private final Layout layout;
  private final Listener listener;

  // Guarded by this.
  private Set<NodeId> swept = Set.of();
  private int sweeps;

  /** The newest sweep that has said what was swept. */
  private int sweptBy;

  Announcements(Cluster cluster, Layout layout, Listener listener) {
    this.cluster = cluster;
    this.layout = layout;
    this.listener = listener;
  }

  /** The names of which this node stands for what was told. */
  CompletableFuture<List<String>> own() {
    String self = cluster.self().name();
    return cluster
        .store()
        .readAll(layout.told())
        .thenApply(
            told ->
                told.entrySet().stream()
                    .filter(entry -> self.equals(nodeOf(entry.getValue())))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toList()));
  }

  /** Compares what was told of a name with what is. */
  CompletableFuture<@Nullable Void> check(String name) {
    return cluster
        .store()
        .read(layout.told(), List.of(name))
        .thenCompose(told -> check(name, told.getOrDefault(name, Stored.ABSENT)));
  }

  /** Looks after the names of dead nodes, if some may have died since it was done last. */
  void sweep() {
    int sweep = begin();
    CompletableFuture<?> unused =
        cluster
            .liveNodes()
            .thenCompose(
                live ->
                    isDue(sweep, live)
                        ? cluster
                            .store()
                            .readAll(layout.told())
                            .thenCompose(told -> checkDead(told, live))
                            .thenAccept(done -> onSwept(sweep, live))
                        : CompletableFuture.completedFuture(null))
            .exceptionally(failure -> null);
  }

  private synchronized int begin() {
    sweeps++;
    return sweeps;
  }

  private synchronized boolean isDue(int sweep, Set<NodeId> live) {
    boolean due = sweep % ALL_SWEEPS == 0 || !live.containsAll(swept) || swept.isEmpty();
    if (!due) {
      onSwept(sweep, live); // those who came since may die before the next time
    }
    return due;
  }

  /** One that ends late knows nothing of those who came since. */
  private synchronized void onSwept(int sweep, Set<NodeId> live) {
    if (sweep > sweptBy) {
      sweptBy = sweep;
      swept = Set.copyOf(live);
    }
  }

  private CompletableFuture<Void> checkDead(Map<String, Stored> told, Set<NodeId> live) {
    Set<String> nodes = live.stream().map(NodeId::name).collect(Collectors.toSet());
    return CompletableFuture.allOf(
        told.entrySet().stream()
            .filter(entry -> !nodes.contains(nodeOf(entry.getValue())))
            .map(entry -> check(entry.getKey(), entry.getValue()))
            .toArray(CompletableFuture<?>[]::new));
  }

  private CompletableFuture<@Nullable Void> check(String name, Stored told) {
    return layout
        .find(cluster, name)
        .thenCompose(
            members ->
                correct(
                    name,
                    told,
                    members.stream()
                        .map(member -> member.owner().name())
                        .collect(Collectors.toSet())));
  }

  private CompletableFuture<@Nullable Void> correct(String name, Stored told, Set<String> nodes) {
    String node = nodeOf(told);
    if (node.isEmpty() ? nodes.isEmpty() : nodes.contains(node)) {
      return CompletableFuture.completedFuture(null);
    }
    Store.Write write =
        nodes.isEmpty()
            ? Store.Write.remove(name, told.version(), REMEMBERED)
            : Store.Write.put(name, told.version(), nodes.iterator().next().getBytes(UTF_8));
    return cluster
        .store()
        .commit(layout.told(), write)
        .thenCompose(
            commit -> {
              if (!commit.committed()) {
                return check(name);
              }
              if (node.isEmpty() || nodes.isEmpty()) {
                listener.onChange(name, !nodes.isEmpty());
              }
              return CompletableFuture.completedFuture(null);
            });
  }

  private static String nodeOf(Stored told) {
    byte[] value = told.value();
    return value == null ? "" : new String(value, UTF_8);
  }
}
