// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.channel.HistoryWindow;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.fakes.LiveLoop;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metrics.RecordedMetrics;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A node of a cluster with channels and without sockets. */
final class ChannelNode implements AutoCloseable {
  static final int MAX_SUBSCRIPTIONS = 128;

  static final ChannelFeature.Settings SETTINGS =
      new ChannelFeature.Settings(
          64 * 1024, 256 * 1024, HistoryWindow.NEWEST, Duration.ofMillis(50));

  final RecordedMetrics metrics = new RecordedMetrics();
  final SubscriptionCounts counts = new SubscriptionCounts(MAX_SUBSCRIPTIONS, metrics);
  final HandlerThreads threads = HandlerThreads.start();
  final ChannelFeature channels;
  private final TestWorld.TestNode node;
  private final List<LiveLoop> loops = List.of(new LiveLoop(0), new LiveLoop(1));
  private final Sessions sessions;
  private int peers;

  ChannelNode(TestWorld.TestNode node) {
    this(node, SETTINGS, Duration.ofSeconds(30));
  }

  ChannelNode(TestWorld.TestNode node, ChannelFeature.Settings settings, Duration timeout) {
    this.node = node;
    JsonValues json = new JsonValues();
    NodeMail mail = new NodeMail(node.cluster(), node.timers());
    Guards guards = new Guards(threads, node.timers(), metrics);
    this.channels =
        new ChannelFeature(
            settings,
            new ChannelFeature.Neighbours(node.cluster(), mail, guards, counts),
            json,
            node.timers(),
            threads,
            metrics);
    Commands commands =
        new Commands(
            new Commands.Settings(timeout, 1 << 20, false, false, false),
            json,
            node.timers(),
            threads,
            metrics,
            (connection, error) -> {});
    channels.registerIn(commands);
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
        List.of(channels));
  }

  TestWorld.TestNode node() {
    return node;
  }

  LivePeer v1() {
    return connect(Dialect.v1(), null);
  }

  LivePeer v1(String identity) {
    return connect(Dialect.v1(), Identity.of(identity));
  }

  LivePeer legacy() {
    return connect(Dialect.legacy(Set.of(Generation.MESH, Generation.REALTIME)), null);
  }

  private LivePeer connect(Dialect dialect, @Nullable Identity identity) {
    LiveLoop loop = loops.get(peers++ % loops.size());
    return LivePeer.connect(sessions, dialect, loop, identity, ChannelNode::shown);
  }

  @Override
  public void close() {
    channels.close(Duration.ofSeconds(1));
    loops.forEach(LiveLoop::close);
    threads.shutdown(Duration.ofSeconds(5));
  }

  /** Messages as {@code channel message}, gaps as {@code gap offset}. */
  private static Optional<String> shown(JsonNode push) {
    JsonNode payload = push.path("payload");
    String command = push.get("command").asText();
    if (!payload.has("channel")) {
      return Optional.empty();
    }
    if (command.endsWith("channel-gap")) {
      return Optional.of("gap " + payload.path("offset").asText("-"));
    }
    return Optional.of(
        command.endsWith("channel-revoked")
            ? "revoked " + payload.get("channel").asText()
            : payload.get("channel").asText() + " " + payload.get("message"));
  }
}
