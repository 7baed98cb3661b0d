// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.fakes.LiveLoop;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metrics.RecordedMetrics;
import io.meshrt.server.internal.session.ConnectionFacts;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import io.meshrt.server.record.RecordLimits;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A node of a cluster with records and without sockets. */
final class RecordNode implements AutoCloseable {
  static final int MAX_SUBSCRIPTIONS = 128;

  final RecordedMetrics metrics = new RecordedMetrics();
  final SubscriptionCounts counts = new SubscriptionCounts(MAX_SUBSCRIPTIONS, metrics);
  final HandlerThreads threads = HandlerThreads.start();
  final RecordFeature records;
  private final TestWorld.TestNode node;
  private final List<LiveLoop> loops = List.of(new LiveLoop(0), new LiveLoop(1));
  private final Sessions sessions;
  private int peers;

  RecordNode(TestWorld.TestNode node, long seed) {
    this.node = node;
    JsonValues json = new JsonValues();
    NodeMail mail = new NodeMail(node.cluster(), node.timers());
    Guards guards = new Guards(threads, node.timers(), metrics);
    this.records =
        new RecordFeature(
            new RecordFeature.Settings(
                RecordLimits.defaults(), Duration.ofMillis(5), Duration.ofMillis(50), seed),
            new RecordFeature.Neighbours(node.cluster(), mail, guards, counts),
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
    records.registerIn(commands);
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
        List.of(records));
  }

  TestWorld.TestNode node() {
    return node;
  }

  Peer v1() {
    return connect(Dialect.v1(), null);
  }

  Peer v1(String identity) {
    return connect(Dialect.v1(), Identity.of(identity));
  }

  Peer legacy() {
    return connect(Dialect.legacy(Set.of(Generation.MESH)), null);
  }

  private Peer connect(Dialect dialect, Identity identity) {
    Peer peer = new Peer(loops.get(peers++ % loops.size()));
    CompletableFuture<Session> opened = new CompletableFuture<>();
    peer.loop()
        .execute(
            () -> {
              ConnectionFacts facts = new ConnectionFacts("/", "", "::1", null);
              Session session = sessions.open(peer, dialect, facts, identity);
              peer.attach(session);
              peer.flush();
              opened.complete(session);
            });
    TestWorld.get(opened);
    return peer;
  }

  @Override
  public void close() {
    records.close(Duration.ofSeconds(1));
    loops.forEach(LiveLoop::close);
    threads.shutdown(Duration.ofSeconds(5));
  }
}
