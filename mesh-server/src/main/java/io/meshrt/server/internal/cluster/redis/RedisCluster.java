// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.Catalogs;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.ClusterListener;
import io.meshrt.server.internal.cluster.ForeignListener;
import io.meshrt.server.internal.cluster.GuestMembers;
import io.meshrt.server.internal.cluster.Health;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Tokens;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of a cluster that shares a Redis. Thread-safe. Futures complete, and topic listeners are
 * called, on threads named {@code mesh-redis-…} or Redisson's own; cluster listeners also on the
 * timer thread.
 */
public final class RedisCluster implements Cluster {
  private static final Logger log = LoggerFactory.getLogger(RedisCluster.class);
  private static final Duration PROBING = Duration.ofMillis(500);
  private static final Duration LISTENING = Duration.ofMillis(100);
  private static final Duration FIRST_PROBING = Duration.ofMillis(50);
  private static final int FIRST_PROBES = 60;
  private static final Duration COMPARING = Duration.ofSeconds(10);

  private final LeaseOptions options;
  private final Scheduler scheduler;
  private final ExecutorService executor;
  private final RedisLink link;
  private final Gate gate;
  private final Connector connector;
  private final Leases leases;
  private final Ears ears;
  private final Probes probes;
  private final Processes processes;
  private final Heads heads;
  private final RedisTopics topics;
  private final RedisStore store;
  private final RedisMembers members;
  private final RedisCatalogs catalogs;
  private final Reaper reaper;
  private final boolean guest;
  private final List<ClusterListener> listeners = new CopyOnWriteArrayList<>();
  private final Lane assessments = new Lane();
  private final AtomicReference<Health> health = new AtomicReference<>(Health.STARTING);

  /**
   * A node that has not joined yet.
   *
   * @param name of the node, unique in the cluster
   * @param scheduler drives renewal, reaping, probes and deadlines
   * @param seed of everything that has to be unlike what other nodes choose; random
   */
  public RedisCluster(
      RedisSettings settings, String name, LeaseOptions options, Scheduler scheduler, long seed) {
    this(settings, name, options, scheduler, seed, false);
  }

  private RedisCluster(
      RedisSettings settings,
      String name,
      LeaseOptions options,
      Scheduler scheduler,
      long seed,
      boolean guest) {
    this.guest = guest;
    this.options = options;
    this.scheduler = scheduler;
    this.executor = threads();
    Tokens tokens = new Tokens(seed);
    RedisKeys keys = new RedisKeys(settings.prefix());
    this.link = new RedisLink(scheduler);
    this.gate = new Gate(link, this::isReachable);
    this.leases = new Leases(link::run, keys, tokens, options, scheduler, name, this::onLeaseLost);
    this.ears = new Ears(link, gate, keys, tokens, executor);
    this.processes = new Processes(link::run, leases::self, this::onAnotherProcess);
    HearingLinks links = new HearingLinks();
    this.probes =
        new Probes(
            link,
            keys,
            leases.self(),
            scheduler,
            this::onHeardAgain,
            this::onConnected,
            links::renew);
    this.heads = new Heads(link, ears, probes, scheduler);
    this.connector = new Connector(settings, link, links, probes, scheduler);
    this.topics = new RedisTopics(gate, new PublishOrder(gate, link), keys, tokens, ears);
    this.store = new RedisStore(gate, keys, tokens);
    this.members = new RedisMembers(gate, keys, tokens, leases);
    this.catalogs = new RedisCatalogs(gate, keys, tokens);
    this.reaper = new Reaper(leases, members);
  }

  /** A guest of a cluster whose nodes have leases of the usual length. */
  public static RedisCluster guest(
      RedisSettings settings, String name, Scheduler scheduler, long seed) {
    return new RedisCluster(settings, name, LeaseOptions.defaults(), scheduler, seed, true);
  }

  private static ExecutorService threads() {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        2,
        task -> {
          Thread thread = new Thread(task, "mesh-redis-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  @Override
  public CompletableFuture<Void> start() {
    return connector
        .connect()
        .thenCompose(connected -> registered())
        .thenRun(
            () -> {
              every(PROBING, probes::send);
              every(PROBING, processes::check);
              every(LISTENING, this::listen);
              every(options.renewal(), this::renew);
              if (!guest) {
                every(options.reaping(), this::reap);
              }
              every(COMPARING, heads::compare);
            })
        .thenCompose(begun -> heard(FIRST_PROBES));
  }

  /** Completes when this node hears itself, or has tried long enough to leave it to the ticks. */
  private CompletableFuture<Void> heard(int attempts) {
    probes.send();
    assess();
    CompletableFuture<Void> heard = new CompletableFuture<>();
    if (attempts == 0 || health.get() != Health.STARTING) {
      heard.complete(null);
      return heard;
    }
    scheduler.schedule(() -> heard.complete(null), FIRST_PROBING);
    return heard.thenCompose(done -> heard(attempts - 1));
  }

  /** Registers, or looks around as a guest, however often that fails. */
  private CompletableFuture<Void> registered() {
    return (guest ? leases.look() : leases.register())
        .exceptionallyCompose(
            failure ->
                health.get() == Health.CLOSED
                    ? CompletableFuture.failedFuture(failure)
                    : connector.pause().thenCompose(done -> registered()));
  }

  private void every(Duration period, Runnable task) {
    scheduler.schedule(
        () -> {
          if (health.get() != Health.CLOSED) {
            task.run();
            every(period, task);
          }
        },
        period);
  }

  /** Whoever comes to know of it, one after the other. */
  private void assess() {
    assessments.run(() -> turn(probes.areAllHeard() ? Health.UP : Health.DOWN));
  }

  private boolean isReachable() {
    return health.get() != Health.DOWN || probes.areAllAnswering();
  }

  private void listen() {
    probes.listen();
    assess();
  }

  private void onHeardAgain() {
    assess();
    ears.compareAll();
  }

  /** Redis may have forgotten this node, and the next renewal may be far. */
  private void onConnected(String key) {
    renew();
    processes.onConnected(key);
  }

  private void renew() {
    if (guest) {
      CompletableFuture<?> unused = leases.look();
    } else {
      leases.renew();
    }
  }

  private void onAnotherProcess() {
    log.warn("another process of Redis answers: making sure of what this node had joined");
    tell(ClusterListener::onDoubt);
  }

  private void reap() {
    reaper
        .reap()
        .thenRun(() -> members.directory().sweep(members::hasMembers))
        .exceptionally(failure -> null);
  }

  private void onLeaseLost(NodeId self) {
    log.warn("lease lost: joining again as {}", self);
    tell(listener -> listener.onLeaseLost(self));
  }

  private void turn(Health next) {
    Health before =
        health.getAndUpdate(
            current ->
                current == Health.CLOSED || (current == Health.STARTING && next == Health.DOWN)
                    ? current
                    : next);
    Health after = health.get();
    if (before != after) {
      if (after == Health.DOWN) {
        log.warn("Redis cannot be used; trying again");
        leases.live().beginOutage();
      } else {
        log.info("cluster: {}", after);
      }
      tell(listener -> listener.onHealth(after));
    }
  }

  private void tell(Consumer<ClusterListener> call) {
    listeners.forEach(call);
  }

  @Override
  public NodeId self() {
    return leases.self();
  }

  @Override
  public CompletableFuture<Set<NodeId>> liveNodes() {
    return gate.pass(leases.live()::refresh);
  }

  @Override
  public CompletableFuture<Set<NodeId>> presumedNodes() {
    return gate.pass(leases.live()::refreshPresumed);
  }

  @Override
  public CompletableFuture<Set<NodeId>> rememberedNodes() {
    return gate.pass(leases.live()::refreshRemembered);
  }

  @Override
  public long term() {
    return leases.term().number();
  }

  @Override
  public Health health() {
    return health.get();
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
  public boolean hearsOthers() {
    return true;
  }

  @Override
  public CompletableFuture<Registration> hearOthers(String channel, ForeignListener listener) {
    return new Stranger(link, channel, listener, executor, scheduler).listen();
  }

  @Override
  public CompletableFuture<Void> close() {
    Health before = health.getAndSet(Health.CLOSED);
    if (before == Health.CLOSED) {
      return CompletableFuture.completedFuture(null);
    }
    ears.close();
    tell(listener -> listener.onHealth(Health.CLOSED));
    CompletableFuture<Void> left =
        guest ? CompletableFuture.completedFuture(null) : reaper.reap(leases.self(), true);
    return left.handle((done, failure) -> null)
        .thenCompose(done -> connector.close())
        .whenComplete((done, failure) -> executor.shutdown());
  }
}
