// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.fakes.LiveNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.internal.roster.ConnectionGroups;
import io.meshrt.server.internal.roster.GroupKind;
import io.meshrt.server.internal.roster.Roster;
import io.meshrt.server.internal.session.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A node of a cluster with presence and without sockets. */
final class PresenceNode implements AutoCloseable {
  private static final int MAX_ROOMS = 64;

  final LiveNode live;
  final PresenceFeature presence;
  private final Roster roster;

  PresenceNode(TestWorld.TestNode node, PresenceFeature.Settings settings) {
    this.live = new LiveNode(node, Duration.ofSeconds(30));
    this.roster = new Roster(node.cluster(), node.timers());
    this.presence =
        new PresenceFeature(
            settings,
            new PresenceFeature.Neighbours(
                node.cluster(),
                roster,
                live.mail(),
                new Exposures<>(live.guards()),
                live.counts(),
                live.sessions()::find),
            live.json(),
            node.timers(),
            live.threads(),
            live.metrics());
    presence.registerIn(live.commands());
    roster.addKind(new Rooms());
    node.cluster().addListener(roster);
    live.start(roster, presence);
  }

  TestWorld.TestNode node() {
    return live.inCluster();
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
        node()
            .members()
            .join(
                ConnectionGroups.of(peer.id()), peer.id(), json.getBytes(StandardCharsets.UTF_8)));
  }

  private LivePeer connect(Dialect dialect) {
    return live.connect(dialect, null, PresenceNode::shown);
  }

  @Override
  public void close() {
    live.close();
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
