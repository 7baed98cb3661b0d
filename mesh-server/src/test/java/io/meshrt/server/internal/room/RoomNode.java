// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.connection.SubscriptionLimits;
import io.meshrt.server.fakes.LiveNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.directory.ConnectionMetadata;
import io.meshrt.server.internal.membership.MembershipFeature;
import io.meshrt.server.internal.metadata.RoomMetadata;
import io.meshrt.server.internal.push.Pushes;
import io.meshrt.server.internal.roster.Owners;
import io.meshrt.server.internal.roster.Roster;
import io.meshrt.server.room.PersistentRoomOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** A node with rooms, and clients on transports without a network. */
final class RoomNode implements AutoCloseable {
  static final int MAX_METADATA_BYTES = 1_000;

  final LiveNode live;
  final RoomFeature rooms;
  private final Roster roster;
  private final Pushes pushes;

  /** On a node of a cluster, with at most so many rooms for each connection. */
  RoomNode(TestWorld.TestNode node, int maxRooms) {
    this.live = new LiveNode(node, Duration.ofSeconds(30));
    Cluster cluster = node.cluster();
    this.roster = new Roster(cluster, node.timers());
    this.pushes = new Pushes(cluster, live.mail(), live.sessions());
    this.rooms =
        new RoomFeature(
            neighbours(),
            SubscriptionLimits.defaults().withMaxRooms(maxRooms),
            live.json(),
            node.timers(),
            live.threads(),
            live.guards());
    rooms.registerIn(live.commands());
    cluster.addListener(roster);
    live.start(roster, pushes);
    TestWorld.get(pushes.start());
  }

  private RoomFeature.Neighbours neighbours() {
    Cluster cluster = live.inCluster().cluster();
    RoomMetadata metadata =
        new RoomMetadata(
            cluster.store(),
            live.inCluster().timers(),
            live.json(),
            live.threads(),
            live.metrics(),
            MAX_METADATA_BYTES);
    ConnectionMetadata connections =
        new ConnectionMetadata(
            cluster.members(), live.sessions(), roster, live.mail(), MAX_METADATA_BYTES);
    return new RoomFeature.Neighbours(
        cluster,
        roster,
        new Owners(roster, live.sessions(), live.mail()),
        pushes,
        metadata,
        connections::of,
        joinable ->
            new MembershipFeature(
                PersistentRoomOptions.defaults(),
                new MembershipFeature.Neighbours(
                    cluster, roster, live.guards(), (session, room) -> {}),
                joinable,
                live.sessions().services()),
        (session, room, message) -> {});
  }

  Client v1() {
    return new Client(Dialect.v1());
  }

  /** Speaks the generations without a subprotocol. */
  Client legacy() {
    return new Client(Dialect.legacy(Set.of(Generation.MESH, Generation.REALTIME)));
  }

  /** How many memberships this node believes its sessions to have. */
  int memberships() {
    return live.sessions().all().stream()
        .mapToInt(session -> roster.groups(session, RoomReader.KIND).size())
        .sum();
  }

  @Override
  public void close() {
    rooms.close();
    live.close();
  }

  /** The other side of one connection. */
  final class Client {
    final LivePeer peer;
    private int lastId;

    private Client(Dialect dialect) {
      peer = live.connect(dialect, null, push -> Optional.empty());
    }

    String id() {
      return peer.session().id();
    }

    /** Asks and waits for the answer: its payload, or its error. */
    JsonNode ask(String command, String payload) {
      int id = ++lastId;
      peer.send("{\"id\":" + id + ",\"command\":\"" + command + "\",\"payload\":" + payload + "}");
      String reply = peer.next(frame -> frame.startsWith("{\"id\":" + id + ","));
      JsonNode frame = LivePeer.json(reply);
      return frame.has("error") ? frame.get("error") : frame.get("payload");
    }
  }
}
