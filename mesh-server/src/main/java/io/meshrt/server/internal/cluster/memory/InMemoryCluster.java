// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.memory;

import io.meshrt.server.internal.cluster.Catalogs;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.ClusterListener;
import io.meshrt.server.internal.cluster.GuestMembers;
import io.meshrt.server.internal.cluster.Health;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.LeaseTerm;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One node of an {@link InMemoryWorld}. Thread-safe. Futures have completed when they are returned;
 * topic listeners are called on the executor given, cluster listeners on the timer thread.
 */
public final class InMemoryCluster implements Cluster {
  private static final Duration FORGETTING = Duration.ofMinutes(1);

  private final InMemoryWorld world;
  private final LeaseOptions leases;
  private final Scheduler scheduler;
  private final NodeLife life;
  private final LeaseTerm term;
  private final InMemoryTopics topics;
  private final InMemoryStore store;
  private final InMemoryMembers members;
  private final boolean guest;
  private final InMemoryCatalogs catalogs;
  private final List<ClusterListener> listeners = new CopyOnWriteArrayList<>();
  private volatile Health health = Health.STARTING;

  /**
   * A node that has not joined yet.
   *
   * @param name of the node, unique in the world
   * @param scheduler drives renewal and reaping
   * @param delivery runs the calls of topic listeners; those of one topic come one by one
   */
  public InMemoryCluster(
      InMemoryWorld world,
      String name,
      LeaseOptions leases,
      Scheduler scheduler,
      Executor delivery) {
    this(world, name, leases, scheduler, delivery, false);
  }

  private InMemoryCluster(
      InMemoryWorld world,
      String name,
      LeaseOptions leases,
      Scheduler scheduler,
      Executor delivery,
      boolean guest) {
    this.world = world;
    this.guest = guest;
    this.leases = leases;
    this.scheduler = scheduler;
    this.life = new NodeLife(new NodeId(name, world.newToken()));
    this.term = new LeaseTerm(scheduler, leases.lease());
    this.topics = new InMemoryTopics(world, life, delivery);
    this.store = new InMemoryStore(world, life);
    this.members = new InMemoryMembers(world, life);
    this.catalogs = new InMemoryCatalogs(world, life);
  }

  /** A guest of the world, as {@link Cluster}, with parameters as of a node. */
  public static InMemoryCluster guest(
      InMemoryWorld world, String name, Scheduler scheduler, Executor delivery) {
    return new InMemoryCluster(world, name, LeaseOptions.defaults(), scheduler, delivery, true);
  }

  @Override
  public CompletableFuture<Void> start() {
    if (guest) {
      return life.ask(() -> true).thenAccept(open -> turn(Health.UP));
    }
    return life.ask(
            () -> {
              register(self());
              turn(Health.UP);
              every(leases.renewal(), this::renew);
              every(leases.reaping(), () -> world.nodes(false).forEach(members::reap));
              every(FORGETTING, world::forget);
              return self();
            })
        .thenAccept(self -> {});
  }

  private void every(Duration period, Runnable task) {
    scheduler.schedule(
        () -> {
          if (!life.isClosed()) {
            task.run();
            every(period, task);
          }
        },
        period);
  }

  private void renew() {
    NodeId before = self();
    long asked = scheduler.nanoTime();
    if (world.renew(before, leases.lease())) {
      term.onRenewed(asked);
      return;
    }
    NodeId next = new NodeId(before.name(), world.newToken());
    register(next);
    life.become(next);
    // Whatever was joined in the old life since it was reaped has to be reaped again.
    world.retire(before);
    tell(listener -> listener.onLeaseLost(next));
  }

  private void register(NodeId next) {
    long asked = scheduler.nanoTime();
    world.register(next, leases.lease());
    term.onRenewed(asked);
  }

  private void turn(Health next) {
    health = next;
    tell(listener -> listener.onHealth(next));
  }

  private void tell(Consumer<ClusterListener> call) {
    listeners.forEach(call);
  }

  @Override
  public NodeId self() {
    return life.self();
  }

  @Override
  public CompletableFuture<Set<NodeId>> presumedNodes() {
    return liveNodes();
  }

  @Override
  public CompletableFuture<Set<NodeId>> rememberedNodes() {
    return life.ask(world::nodes);
  }

  @Override
  public CompletableFuture<Set<NodeId>> liveNodes() {
    return life.ask(() -> world.nodes(true));
  }

  @Override
  public long term() {
    return term.number();
  }

  @Override
  public Health health() {
    return health;
  }

  @Override
  public Registration addListener(ClusterListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public Topics topics() {
    return topics;
  }

  @Override
  public Store store() {
    return store;
  }

  @Override
  public Members members() {
    return guest ? new GuestMembers(members) : members;
  }

  @Override
  public Catalogs catalogs() {
    return catalogs;
  }

  @Override
  public CompletableFuture<Void> close() {
    if (health != Health.CLOSED) {
      life.close();
      if (!guest) {
        world.retire(self());
        members.reap(self());
      }
      turn(Health.CLOSED);
    }
    return CompletableFuture.completedFuture(null);
  }
}
