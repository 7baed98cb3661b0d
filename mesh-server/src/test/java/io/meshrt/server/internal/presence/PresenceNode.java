// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.fakes.LiveLoop;
import io.meshrt.server.fakes.LivePeer;
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
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A node of a cluster with presence and without sockets. */
final class PresenceNode implements AutoCloseable {
  static final int MAX_SUBSCRIPTIONS = 128;
  private static final int MAX_ROOMS = 64;

  final RecordedMetrics metrics = new RecordedMetrics();
  final PresenceFeature presence;
  final SubscriptionCounts counts = new SubscriptionCounts(MAX_SUBSCRIPTIONS, metrics);
  private final TestWorld.TestNode node;
  private final HandlerThreads threads = HandlerThreads.start();
  private final List<LiveLoop> loops = List.of(new LiveLoop(0), new LiveLoop(1));
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

  LivePeer v1() {
    return connect(Dialect.v1());
  }

  LivePeer legacy() {
    return connect(Dialect.legacy(Set.of(Generation.MESH)));
  }

  boolean join(LivePeer peer, String room) {
    return TestWorld.get(roster.join(peer.session(), RoomMirror.group(room)));
  }

  boolean leave(LivePeer peer, String room) {
    return TestWorld.get(roster.leave(peer.session(), RoomMirror.group(room)));
  }

  /** Gives a connection metadata. */
  void attach(LivePeer peer, String json) {
    TestWorld.get(
        node.members()
            .join(
                ConnectionGroups.of(peer.id()), peer.id(), json.getBytes(StandardCharsets.UTF_8)));
  }

  private LivePeer connect(Dialect dialect) {
    LiveLoop loop = loops.get(peers++ % loops.size());
    return LivePeer.connect(sessions, dialect, loop, null, PresenceNode::shown);
  }

  @Override
  public void close() {
    loops.forEach(LiveLoop::close);
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

  /** Pushes of presence as {@code join <id>} or {@code state <id> <json>}. */
  private static Optional<String> shown(JsonNode push) {
    if (!push.get("command").asText().endsWith("presence-update")) {
      return Optional.empty();
    }
    JsonNode payload = push.get("payload");
    JsonNode state = payload.get("state");
    return Optional.of(
        payload.get("type").asText()
            + " "
            + payload.get("connectionId").asText()
            + (state == null ? "" : " " + state));
  }
}
