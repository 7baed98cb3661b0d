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

/**
 * This node's lease, and the end of those of others. Driven by ticks; thread-safe.
 *
 * <p>After an outage all leases have ended. So nobody reaps before its own renewals have gone well
 * for as long as a lease: by then whoever lives has renewed too.
 */
final class Leases {
  /** Runs a script, as {@link RedisLink#run}. */
  @FunctionalInterface
  interface Runner {
    CompletableFuture<Reply> run(Script script, List<String> keys, Object... arguments);
  }

  private final Runner redis;
  private final List<String> nodesKey;
  private final Tokens tokens;
  private final LeaseOptions options;
  private final LiveNodes live;
  private final Consumer<NodeId> onLost;
  private final Scheduler scheduler;
  private final LeaseTerm term;
  private final Steadiness steadiness;
  private final AtomicBoolean beginning = new AtomicBoolean();

  private volatile NodeId self;

  Leases(
      Runner redis,
      RedisKeys keys,
      Tokens tokens,
      LeaseOptions options,
      Scheduler scheduler,
      String name,
      Consumer<NodeId> onLost) {
    this.redis = redis;
    this.nodesKey = List.of(keys.nodes());
    this.tokens = tokens;
    this.options = options;
    this.scheduler = scheduler;
    this.live = new LiveNodes(scheduler, () -> redis.run(Script.NODES, nodesKey));
    this.term = new LeaseTerm(scheduler, options.lease());
    this.steadiness = new Steadiness(scheduler, options);
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
    return redis
        .run(Script.REGISTER, nodesKey, life, options.lease().toMillis(), earlier)
        .thenRun(() -> term.onRenewed(asked))
        .thenCompose(done -> live.refresh())
        .thenAccept(nodes -> {});
  }

  /**
   * What a guest does in place of both: asks who is there. It fails when Redis cannot be asked; by
   * then it has been taken into account.
   */
  CompletableFuture<Void> look() {
    long asked = scheduler.nanoTime();
    return live.refresh()
        .thenAccept(nodes -> onSteady(asked))
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                onFailed();
              }
            });
  }

  /**
   * Renews; begins a new life if the lease was lost. Waits for no earlier renewal: one that hangs
   * on a dead link takes most of a lease to fail.
   */
  void renew() {
    NodeId life = self;
    long asked = scheduler.nanoTime();
    redis
        .run(Script.RENEW, nodesKey, life, options.lease().toMillis())
        .thenCompose(reply -> reply.flag() ? onRenewed(asked) : begin(life))
        .exceptionally(
            failure -> {
              onFailed();
              return null;
            });
  }

  private void onFailed() {
    steadiness.onFailed();
    live.beginOutage();
  }

  private CompletableFuture<Void> onRenewed(long asked) {
    term.onRenewed(asked);
    onSteady(asked);
    return live.refresh().thenAccept(nodes -> {});
  }

  private void onSteady(long asked) {
    if (steadiness.onRenewed(asked)) {
      live.beginOutage();
    } else if (steadiness.isSteady()) {
      live.endOutage();
    }
  }

  /** Begins another life after {@code lost}, unless that has been done, or somebody is at it. */
  private CompletableFuture<Void> begin(NodeId lost) {
    if (!beginning.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> begun =
        self.equals(lost) ? beginAfter(lost) : CompletableFuture.completedFuture(null);
    return begun.whenComplete((done, failure) -> beginning.set(false));
  }

  private CompletableFuture<Void> beginAfter(NodeId lost) {
    steadiness.onFailed();
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
    if (!steadiness.isSteady()) {
      return CompletableFuture.completedFuture(List.of());
    }
    return live.refresh().thenApply(nodes -> List.copyOf(live.ended()));
  }

  /** Ends a life for good; the mark of its end, empty if it lives. */
  CompletableFuture<String> claim(NodeId life, boolean byForce) {
    return redis.run(Script.CLAIM, nodesKey, life, byForce ? "1" : "0").thenApply(Reply::text);
  }

  /** Forgets a life that owns nothing any more. */
  CompletableFuture<Void> forget(NodeId life, String mark) {
    return redis.run(Script.FORGET, nodesKey, life, mark).thenAccept(done -> {});
  }
}
