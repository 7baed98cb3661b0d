// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mail;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Which nodes may be there, as far as it was asked lately: a node that was seen counts as there for
 * a few seconds, one that was not is looked for again. Thread-safe.
 */
final class KnownNodes {
  private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long ABSENT_NANOS = Duration.ofMillis(500).toNanos();

  private final Cluster cluster;
  private final Scheduler scheduler;
  private volatile Look last;

  private record Look(Set<String> names, long nanos) {}

  KnownNodes(Cluster cluster, Scheduler scheduler) {
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.last = new Look(Set.of(), scheduler.nanoTime() - FRESH_NANOS);
  }

  CompletableFuture<Boolean> lives(String node) {
    Look look = last;
    long age = scheduler.nanoTime() - look.nanos;
    boolean there = look.names.contains(node);
    if (there ? age < FRESH_NANOS : age < ABSENT_NANOS) {
      return CompletableFuture.completedFuture(there);
    }
    return cluster
        .rememberedNodes()
        .thenApply(
            nodes -> {
              Set<String> names = nodes.stream().map(NodeId::name).collect(Collectors.toSet());
              last = new Look(names, scheduler.nanoTime());
              return names.contains(node);
            });
  }
}
