// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.fakes;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metrics.RecordedMetrics;
import io.meshrt.server.internal.session.SessionListener;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What features need around them: a node of a cluster with commands and without sockets. */
public final class LiveNode implements AutoCloseable {
  /** Of one session. */
  public static final int MAX_SUBSCRIPTIONS = 128;

  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final TestWorld.TestNode node;
  private final RecordedMetrics metrics = new RecordedMetrics();
  private final SubscriptionCounts counts = new SubscriptionCounts(MAX_SUBSCRIPTIONS, metrics);
  private final HandlerThreads threads = HandlerThreads.start();
  private final JsonValues json = new JsonValues();
  private final List<LiveLoop> loops = List.of(new LiveLoop(0), new LiveLoop(1));
  private final NodeMail mail;
  private final Guards guards;
  private final Commands commands;
  private final Sessions sessions;
  private int peers;

  /** Without features; reads no letters before it is {@linkplain #start started}. */
  public LiveNode(TestWorld.TestNode node, Duration commandTimeout) {
    this.node = node;
    this.mail = new NodeMail(node.cluster(), node.timers());
    this.guards = new Guards(threads, node.timers(), metrics);
    this.commands =
        new Commands(
            new Commands.Settings(commandTimeout, MAX_MESSAGE_BYTES, false, false, false),
            json,
            node.timers(),
            threads,
            metrics,
            (connection, error) -> {});
    this.sessions = new Sessions(services(), new Random(7));
  }

  private SessionServices services() {
    return new SessionServices(
        node.cluster().self().name(),
        ConnectionLimits.defaults(),
        CommandLimits.defaults(),
        new HeartbeatOptions(Duration.ofDays(1), Duration.ofDays(1), 1),
        new EnvelopeReader(JsonLimits.forMessages(MAX_MESSAGE_BYTES)),
        json,
        node.timers(),
        threads,
        metrics,
        commands.requestHandler(),
        List.of());
  }

  /** With all features there. */
  public void start(SessionListener... listeners) {
    List.of(listeners).forEach(sessions::addListener);
    TestWorld.get(mail.start());
  }

  /** Connects a client, as {@link LivePeer#connect}. */
  public LivePeer connect(
      Dialect dialect, @Nullable Identity identity, Function<JsonNode, Optional<String>> shown) {
    LiveLoop loop = loops.get(peers++ % loops.size());
    return LivePeer.connect(sessions, dialect, loop, identity, shown);
  }

  /** The node's place in the cluster. */
  public TestWorld.TestNode inCluster() {
    return node;
  }

  /** What the node measures. */
  public RecordedMetrics metrics() {
    return metrics;
  }

  /** Subscriptions of its sessions. */
  public SubscriptionCounts counts() {
    return counts;
  }

  /** Of handlers. */
  public HandlerThreads threads() {
    return threads;
  }

  /** How values are read and written. */
  public JsonValues json() {
    return json;
  }

  /** Letters between nodes. */
  public NodeMail mail() {
    return mail;
  }

  /** How guards are asked. */
  public Guards guards() {
    return guards;
  }

  /** What clients may ask for. */
  public Commands commands() {
    return commands;
  }

  /** The clients' sessions. */
  public Sessions sessions() {
    return sessions;
  }

  @Override
  public void close() {
    loops.forEach(LiveLoop::close);
    threads.shutdown(CLOSING);
  }
}
