// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.LeaseTerm;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Tokens;
import io.meshrt.server.internal.schedule.Scheduler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * This node's lease, and the end of those of others. Driven by ticks; thread-safe.
 *
 * <p>After an outage all leases have ended. So nobody reaps before its own renewals have gone well
 * for as long as a lease: by then whoever lives has renewed too.
 */
final class Leases {
  private final RedisLink link;
  private final List<String> nodesKey;
  private final Tokens tokens;
  private final LeaseOptions options;
  private final LiveNodes live;
  private final Consumer<NodeId> onLost;
  private final Scheduler scheduler;
  private final LeaseTerm term;
  private final AtomicBoolean renewing = new AtomicBoolean();

  /** Since when renewals go well; null if the last one did not. */
  private volatile @Nullable Long steadySince;

  private volatile NodeId self;

  Leases(
      RedisLink link,
      RedisKeys keys,
      Tokens tokens,
      LeaseOptions options,
      Scheduler scheduler,
      String name,
      Consumer<NodeId> onLost) {
    this.link = link;
    this.nodesKey = List.of(keys.nodes());
    this.tokens = tokens;
    this.options = options;
    this.scheduler = scheduler;
    this.live = new LiveNodes(scheduler, () -> link.run(Script.NODES, nodesKey));
    this.term = new LeaseTerm(scheduler, options.lease());
    this.onLost = onLost;
    this.self = new NodeId(name, tokens.next());
  }

  NodeId self() {
    return self;
  }

  LiveNodes live() {
    return live;
  }

  LeaseTerm term() {
    return term;
  }

  /** Begins this node's first life. */
  CompletableFuture<Void> register() {
    return register(self, "");
  }

  private CompletableFuture<Void> register(NodeId life, String earlier) {
    long asked = scheduler.nanoTime();
    return link.run(Script.REGISTER, nodesKey, life, options.lease().toMillis(), earlier)
        .thenRun(() -> term.onRenewed(asked))
        .thenCompose(done -> live.refresh())
        .thenAccept(nodes -> {});
  }

  /** Renews; begins a new life if the lease was lost. */
  void renew() {
    if (!renewing.compareAndSet(false, true)) {
      return;
    }
    NodeId life = self;
    long asked = scheduler.nanoTime();
    link.run(Script.RENEW, nodesKey, life, options.lease().toMillis())
        .thenCompose(reply -> reply.flag() ? onRenewed(asked) : begin(life))
        .exceptionally(
            failure -> {
              steadySince = null;
              live.beginOutage();
              return null;
            })
        .thenRun(() -> renewing.set(false))
        .exceptionally(failure -> null);
  }

  private CompletableFuture<Void> onRenewed(long asked) {
    term.onRenewed(asked);
    if (steadySince == null) {
      steadySince = scheduler.nanoTime();
    } else if (isSteady()) {
      live.endOutage();
    }
    return live.refresh().thenAccept(nodes -> {});
  }

  private boolean isSteady() {
    Long since = steadySince;
    return since != null && scheduler.nanoTime() - since >= options.lease().toNanos();
  }

  private CompletableFuture<Void> begin(NodeId lost) {
    steadySince = null;
    NodeId next = new NodeId(lost.name(), tokens.next());
    // Whatever was joined in the old life since it was reaped has to be reaped again.
    return register(next, lost.toString())
        .thenRun(
            () -> {
              self = next;
              onLost.accept(next);
            });
  }

  /** The ended lives that may be reaped now. */
  CompletableFuture<List<NodeId>> ended() {
    if (!isSteady()) {
      return CompletableFuture.completedFuture(List.of());
    }
    return live.refresh().thenApply(nodes -> List.copyOf(live.ended()));
  }

  /** Ends a life for good; the mark of its end, empty if it lives. */
  CompletableFuture<String> claim(NodeId life, boolean byForce) {
    return link.run(Script.CLAIM, nodesKey, life, byForce ? "1" : "0").thenApply(Reply::text);
  }

  /** Forgets a life that owns nothing any more. */
  CompletableFuture<Void> forget(NodeId life, String mark) {
    return link.run(Script.FORGET, nodesKey, life, mark).thenAccept(done -> {});
  }
}
