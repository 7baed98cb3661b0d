// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.schedule.Scheduler;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the leases of all nodes. A node counts as live while the rest of its lease, as
 * it was last read, has not passed; about others Redis is asked. Thread-safe.
 */
final class LiveNodes {
  private final Scheduler scheduler;
  private final Supplier<CompletableFuture<Reply>> ask;

  /** End of each lease in local nanoseconds, as last read; replaced as a whole. */
  private volatile Map<NodeId, Long> ends = Map.of();

  // Guarded by this: when the question was sent that was answered by ends.
  private @Nullable Long endsAskedNanos;

  /** Whoever was there when an outage began; null without one. Replaced as a whole. */
  private volatile @Nullable Set<NodeId> spared;

  /**
   * Nothing is known yet.
   *
   * @param ask reads name and rest of the lease in ms of every node
   */
  LiveNodes(Scheduler scheduler, Supplier<CompletableFuture<Reply>> ask) {
    this.scheduler = scheduler;
    this.ask = ask;
  }

  /**
   * Takes name and rest of the lease of every node. The rest counts from now: an answer that took
   * its time must not let a lease end early, since its holder counts on it. An answer to an earlier
   * question than the last one may be out of date.
   */
  private synchronized void accept(Reply reply, long askedNanos) {
    Long before = endsAskedNanos;
    if (before != null && askedNanos - before < 0) {
      return;
    }
    endsAskedNanos = askedNanos;
    long now = scheduler.nanoTime();
    Map<NodeId, Long> read = new HashMap<>();
    while (reply.hasNext()) {
      NodeId node = NodeId.parse(reply.text());
      read.put(node, now + TimeUnit.MILLISECONDS.toNanos(reply.number()));
    }
    ends = Map.copyOf(read);
  }

  /** Nobody can renew; those that were there are presumed to live until that is over. */
  void beginOutage() {
    if (spared == null) {
      spared = Set.copyOf(ends.keySet());
    }
  }

  /** Whoever lives has had time to renew. */
  void endOutage() {
    spared = null;
  }

  /** Those known to live. */
  Set<NodeId> known() {
    return with(true);
  }

  /** The same and, after an outage, those that have had no time to renew. */
  private Set<NodeId> presumed() {
    Set<NodeId> nodes = known();
    Set<NodeId> before = spared;
    if (before != null) {
      nodes.addAll(before);
      nodes.addAll(ends.keySet());
    }
    return nodes;
  }

  /** Those whose lease has ended and who are not forgotten yet. */
  Set<NodeId> ended() {
    return with(false);
  }

  private Set<NodeId> with(boolean live) {
    long now = scheduler.nanoTime();
    Set<NodeId> nodes = new HashSet<>();
    ends.forEach(
        (node, end) -> {
          if (end - now > 0 == live) {
            nodes.add(node);
          }
        });
    return nodes;
  }

  /** Asks now. */
  CompletableFuture<Set<NodeId>> refresh() {
    long asked = scheduler.nanoTime();
    return ask.get()
        .thenApply(
            reply -> {
              accept(reply, asked);
              return known();
            });
  }

  /** Asks now; those that are to be treated as live. */
  CompletableFuture<Set<NodeId>> refreshPresumed() {
    return refresh().thenApply(live -> presumed());
  }

  /** Asks now; the same and those whose lease has ended, until they are forgotten. */
  CompletableFuture<Set<NodeId>> refreshRemembered() {
    return refreshPresumed()
        .thenApply(
            nodes -> {
              nodes.addAll(ends.keySet());
              return nodes;
            });
  }

  /** Tells which of these are to be treated as live; asks if any of them is not known to be. */
  CompletableFuture<Predicate<NodeId>> judge(Collection<NodeId> nodes) {
    Set<NodeId> live = known();
    return live.containsAll(nodes)
        ? CompletableFuture.completedFuture(live::contains)
        : refreshPresumed().thenApply(fresh -> fresh::contains);
  }
}
