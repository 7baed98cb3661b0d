// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.MessageAuthenticator;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.connection.LegacyGeneration;
import io.meshrt.server.internal.auth.AddressUse;
import io.meshrt.server.internal.auth.Admissions;
import io.meshrt.server.internal.auth.AuthenticateCommand;
import io.meshrt.server.internal.auth.CredentialCheck;
import io.meshrt.server.internal.auth.Dialects;
import io.meshrt.server.internal.auth.IdentityWatch;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.hook.Observers;
import io.meshrt.server.internal.metrics.MicrometerMetrics;
import io.meshrt.server.internal.metrics.NoMetrics;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.TimerThread;
import io.meshrt.server.internal.schedule.TimerWheel;
import io.meshrt.server.internal.schedule.Turning;
import io.meshrt.server.internal.session.ConnectionEvents;
import io.meshrt.server.internal.session.MemoryGuard;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import io.meshrt.server.internal.transport.BrowserModules;
import io.meshrt.server.internal.transport.HttpEndpoint;
import io.meshrt.server.internal.transport.TransportOptions;
import io.meshrt.server.internal.transport.UpgradeHandler;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server process: builds the rooms from the options, starts and ends them in order. Built, then
 * started once, then closed once; threads exist only in between.
 */
final class Node {
  private static final Logger log = LoggerFactory.getLogger(Node.class);

  /** As many as the server's own threads take. */
  private static final int BORROWED_MAX_TASKS = 10_200;

  /** What a room gets to end even when the time is up. */
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(250);

  private static final Duration LONGEST_DRAIN = Duration.ofDays(1);

  private enum Phase {
    BUILT,
    STARTED,
    CLOSED
  }

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.BUILT);
  private final TransportOptions transport;
  private final @Nullable BrowserModules modules;
  private final TimerWheel timers;
  private final Function<TimerWheel, Turning> clockwork;
  private final ServerMetrics metrics;
  private final HandlerThreads threads;
  private final ConnectionEvents listeners;
  private final Observers observers;
  private final Commands commands;
  private final Sessions sessions;
  private final ClusterAssembly cluster;
  private final Features features;
  private final MemoryGuard memory;
  private final Admissions admissions;
  private final HttpEndpoint endpoint;

  private volatile @Nullable Turning turning;
  private volatile boolean ready;
  private boolean leaving; // guarded by this

  Node(MeshServerBuilder options) {
    boolean inMemory = options.redis == null; // else Redis tells the time of leases
    timers = inMemory ? options.network.timers() : new TimerWheel();
    clockwork = inMemory ? options.network::turning : TimerThread::new;
    metrics =
        options.meterRegistry == null
            ? NoMetrics.INSTANCE
            : new MicrometerMetrics(options.meterRegistry);
    JsonValues json =
        options.objectMapper == null ? new JsonValues() : new JsonValues(options.objectMapper);
    transport =
        options.transport.withMessageLimits(
            options.limits.maxMessageBytes(), options.limits.messageDeadline());
    modules = options.browserClient ? BrowserModules.load(Node.class.getClassLoader()) : null;
    threads =
        options.executor == null
            ? HandlerThreads.start()
            : HandlerThreads.on(new BorrowedExecutor(options.executor), BORROWED_MAX_TASKS);
    listeners = new ConnectionEvents(threads);
    observers = new Observers(threads, json, metrics);
    commands = commands(options, json, metrics);
    String nodeId = nodeId();
    cluster = new ClusterAssembly(options, nodeId, timers, metrics.cluster());
    AddressUse addresses = new AddressUse(options.addressLimits, timers);
    sessions =
        new Sessions(
            new SessionServices(
                nodeId,
                options.limits,
                options.commandLimits,
                options.heartbeat,
                new EnvelopeReader(JsonLimits.forMessages(options.limits.maxMessageBytes())),
                json,
                timers,
                threads,
                metrics,
                observers.observe(commands.requestHandler()),
                List.of(new IdentityWatch(options.authentication, timers), addresses)),
            new SecureRandom());
    Endpoints endpoints = Endpoints.of(options);
    features = new Features(options, endpoints, cluster.cluster(), sessions, commands, observers);
    // Last: when the application hears of a connection, everything else knows it.
    sessions.addListener(listeners);
    sessions.addListener(observers);
    sessions.addListener(features.rooms().memberships()); // observers hear of what it restores
    memory = new MemoryGuard(sessions, MemoryGuard.quarterOfHeap());
    admissions =
        new Admissions(
            options.maxConnections,
            options.authentication,
            addresses,
            memory::isOverloaded,
            new Dialects(Dialect.legacy(generations(options.announced)), endpoints.dialects()),
            features::expect,
            options.keptHeaders,
            sessions);
    endpoint = new HttpEndpoint(transport, admissions, timers, metrics, modules);
  }

  Commands commands() {
    return commands;
  }

  ConnectionEvents listeners() {
    return listeners;
  }

  Observers observers() {
    return observers;
  }

  Features features() {
    return features;
  }

  ClusterHealth health() {
    return ClusterHealth.valueOf(cluster.cluster().health().name());
  }

  boolean isReady() {
    return ready && phase.get() == Phase.STARTED;
  }

  void start() {
    begin();
    try {
      CompletableFuture<?> heard = join();
      endpoint.start();
      becomeReady(heard);
    } catch (RuntimeException | Error e) {
      close(Duration.ZERO);
      throw e;
    }
    log.info("listening on {}:{}", transport.host(), endpoint.boundPort());
  }

  UpgradeHandler startEmbedded() {
    begin();
    becomeReady(join());
    return new UpgradeHandler(transport, admissions, timers, metrics, modules);
  }

  int port() {
    return endpoint.boundPort();
  }

  private void becomeReady(CompletableFuture<?> heard) {
    CompletableFuture<?> unused = heard.thenRun(this::becomeReady);
  }

  private synchronized void becomeReady() {
    if (!leaving) {
      ready = true;
      metrics.ready(true);
    }
  }

  private synchronized void stopAdmitting() {
    leaving = true;
    ready = false;
    metrics.ready(false);
    admissions.stop();
  }

  /** Lets connections go until none is left or the time is up. */
  void drain(Duration timeout) {
    if (timeout.isNegative() || timeout.compareTo(LONGEST_DRAIN) > 0) {
      throw new IllegalArgumentException("timeout: " + timeout);
    }
    if (phase.get() != Phase.STARTED) {
      return;
    }
    stopAdmitting();
    log.info("draining {} connections", sessions.count());
    awaitEnd(sessions.drain(timeout), timeout.plus(SHORTEST_WAIT));
  }

  /** Ends in the order in which each room can still finish what the one above began. */
  void close(Duration timeout) {
    Phase before = phase.getAndSet(Phase.CLOSED);
    if (before != Phase.STARTED) {
      cluster.close(Duration.ZERO);
      threads.shutdown(Duration.ZERO);
      return;
    }
    long startedNanos = timers.nanoTime();
    stopAdmitting();
    endpoint.stopAccepting();
    awaitEnd(sessions.shutdown(timeout), timeout.plus(SHORTEST_WAIT));
    features.close(left(timeout, startedNanos));
    cluster.close(left(timeout, startedNanos));
    threads.shutdown(left(timeout, startedNanos));
    endpoint.stop();
    memory.stop();
    Turning turned = turning;
    if (turned != null) {
      turned.close();
    }
    log.info("closed");
  }

  private Duration left(Duration timeout, long startedNanos) {
    Duration left = timeout.minusNanos(timers.nanoTime() - startedNanos);
    return left.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : left;
  }

  /** Becomes a node of the cluster, before anybody may connect; completes when it hears others. */
  private CompletableFuture<?> join() {
    cluster.start();
    CompletableFuture<?> heard = features.start();
    cluster.await(heard);
    return heard;
  }

  private void begin() {
    if (!phase.compareAndSet(Phase.BUILT, Phase.STARTED)) {
      throw new IllegalStateException(
          "the server was " + phase.get().name().toLowerCase(Locale.ROOT));
    }
    turning = clockwork.apply(timers);
    memory.start();
  }

  private Commands commands(MeshServerBuilder options, JsonValues json, ServerMetrics metrics) {
    AuthenticationOptions authentication = options.authentication;
    Commands built =
        new Commands(
            new Commands.Settings(
                options.commandLimits.timeout(),
                options.limits.maxOutboxBytes(),
                authentication.required(),
                options.exposeErrorMessages,
                options.meterRegistry != null),
            json,
            timers,
            threads,
            metrics,
            (session, error) -> {
              listeners.onError(session, error);
              observers.onError(session, error);
            });
    MessageAuthenticator authenticator = authentication.messageAuthenticator();
    if (authenticator != null) {
      Duration timeout = authentication.hookTimeout();
      built.registerAuthentication(
          new AuthenticateCommand(
                  new CredentialCheck(authenticator, timeout, timers), this::settled, timers)
              ::handle,
          timeout);
    }
    return built;
  }

  /** As {@link Features#settled}. */
  private CompletableFuture<?> settled(Connection connection) {
    return connection instanceof Session session
        ? features.settled(session)
        : CompletableFuture.completedFuture(null);
  }

  private static void awaitEnd(CompletableFuture<?> end, Duration timeout) {
    try {
      end.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.warn("connections did not end within {}", timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Set<Generation> generations(Set<LegacyGeneration> announced) {
    return announced.stream()
        .map(generation -> Generation.valueOf(generation.name()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Distinguishes the nodes of a cluster in connection ids and logs. */
  private static String nodeId() {
    return HexFormat.of().toHexDigits(new SecureRandom().nextInt());
  }
}
