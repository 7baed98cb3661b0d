// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metrics.RecordedMetrics;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.internal.roster.ConnectionGroups;
import io.meshrt.server.internal.roster.GroupKind;
import io.meshrt.server.internal.roster.Roster;
import io.meshrt.server.internal.session.ConnectionFacts;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import io.meshrt.server.internal.transport.IoLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A node of a cluster with presence and without sockets. */
final class PresenceNode implements AutoCloseable {
  static final int MAX_SUBSCRIPTIONS = 128;
  private static final int MAX_ROOMS = 64;

  final RecordedMetrics metrics = new RecordedMetrics();
  final PresenceFeature presence;
  final SubscriptionCounts counts = new SubscriptionCounts(MAX_SUBSCRIPTIONS, metrics);
  private final TestWorld.TestNode node;
  private final HandlerThreads threads = HandlerThreads.start();
  private final List<Loop> loops = List.of(new Loop(0), new Loop(1));
  private final Roster roster;
  private final Sessions sessions;
  private int peers;

  PresenceNode(TestWorld.TestNode node, PresenceFeature.Settings settings) {
    this.node = node;
    this.roster = new Roster(node.cluster(), node.timers());
    JsonValues json = new JsonValues();
    NodeMail mail = new NodeMail(node.cluster(), node.timers());
    this.presence =
        new PresenceFeature(
            settings,
            new PresenceFeature.Neighbours(
                node.cluster(),
                roster,
                mail,
                new Exposures<>(new Guards(threads, node.timers(), metrics)),
                counts,
                this::session),
            json,
            node.timers(),
            threads,
            metrics);
    Commands commands =
        new Commands(
            new Commands.Settings(Duration.ofSeconds(30), 1 << 20, false, false, false),
            json,
            node.timers(),
            threads,
            metrics,
            (connection, error) -> {});
    presence.registerIn(commands);
    roster.addKind(new Rooms());
    node.cluster().addListener(roster);
    this.sessions = new Sessions(services(json, commands), new Random(7));
    TestWorld.get(mail.start());
  }

  private SessionServices services(JsonValues json, Commands commands) {
    return new SessionServices(
        node.cluster().self().name(),
        ConnectionLimits.defaults(),
        CommandLimits.defaults(),
        new HeartbeatOptions(Duration.ofDays(1), Duration.ofDays(1), 1),
        new EnvelopeReader(JsonLimits.forMessages(1 << 20)),
        json,
        node.timers(),
        threads,
        metrics,
        commands.requestHandler(),
        List.of(roster, presence));
  }

  private Optional<Session> session(String id) {
    return sessions.find(id);
  }

  TestWorld.TestNode node() {
    return node;
  }

  Peer v1() {
    return connect(Dialect.v1());
  }

  Peer legacy() {
    return connect(Dialect.legacy(Set.of(Generation.MESH)));
  }

  boolean join(Peer peer, String room) {
    return TestWorld.get(roster.join(peer.session(), RoomMirror.group(room)));
  }

  boolean leave(Peer peer, String room) {
    return TestWorld.get(roster.leave(peer.session(), RoomMirror.group(room)));
  }

  /** Gives a connection metadata. */
  void attach(Peer peer, String json) {
    TestWorld.get(
        node.members()
            .join(
                ConnectionGroups.of(peer.id()), peer.id(), json.getBytes(StandardCharsets.UTF_8)));
  }

  private Peer connect(Dialect dialect) {
    Peer peer = new Peer(loops.get(peers++ % loops.size()));
    CompletableFuture<Session> opened = new CompletableFuture<>();
    peer.loop()
        .execute(
            () -> {
              ConnectionFacts facts = new ConnectionFacts("/", "", "::1", null);
              Session session = sessions.open(peer, dialect, facts, null);
              peer.attach(session);
              peer.flush();
              opened.complete(session);
            });
    TestWorld.get(opened);
    return peer;
  }

  @Override
  public void close() {
    loops.forEach(Loop::close);
    threads.shutdown(Duration.ofSeconds(5));
  }

  /** What tells presence of memberships. */
  private final class Rooms implements GroupKind {
    @Override
    public String name() {
      return "room";
    }

    @Override
    public int maxPerSession() {
      return MAX_ROOMS;
    }

    @Override
    public CompletableFuture<Void> beforeJoin(Session session, Topic group) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onJoined(Session session, Topic group) {
      presence.onJoined(session, group.name());
    }

    @Override
    public void afterLeave(Session session, Topic group) {
      presence.afterLeave(session, group.name());
    }
  }

  /** An I/O thread. */
  private static final class Loop implements IoLoop {
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final Thread thread;
    private final int index;

    Loop(int index) {
      this.index = index;
      this.thread = TestWorld.get(CompletableFuture.supplyAsync(Thread::currentThread, executor));
    }

    @Override
    public void execute(Runnable task) {
      executor.execute(task);
    }

    @Override
    public boolean isCurrent() {
      return Thread.currentThread() == thread;
    }

    @Override
    public int index() {
      return index;
    }

    void close() {
      executor.shutdown();
    }
  }
}
