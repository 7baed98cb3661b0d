// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.SubscriptionLimits;
import io.meshrt.server.fakes.LiveLoop;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.directory.ConnectionMetadata;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metadata.RoomMetadata;
import io.meshrt.server.internal.metrics.RecordedMetrics;
import io.meshrt.server.internal.push.Pushes;
import io.meshrt.server.internal.roster.Owners;
import io.meshrt.server.internal.roster.Roster;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import io.meshrt.server.internal.session.TestNode;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A node with rooms, and clients on transports without a network. */
final class RoomNode implements AutoCloseable {
  static final JsonValues JSON = new JsonValues();
  static final int MAX_METADATA_BYTES = 1_000;

  final RecordedMetrics metrics = new RecordedMetrics();
  final RoomFeature rooms;
  final Commands commands;
  private final TestWorld.TestNode node;
  private final HandlerThreads threads = HandlerThreads.start();
  private final Sessions sessions;
  private final Roster roster;
  private final Pushes pushes;
  private final List<LiveLoop> loops = List.of(new LiveLoop(0), new LiveLoop(1));
  private int clients;

  /** On a node of a cluster, with at most so many rooms for each connection. */
  RoomNode(TestWorld.TestNode node, int maxRooms) {
    this.node = node;
    this.commands =
        new Commands(
            new Commands.Settings(Duration.ofSeconds(30), 1 << 20, false, false, false),
            JSON,
            node.timers(),
            threads,
            metrics,
            (session, error) -> {});
    this.sessions = new Sessions(services(), new SecureRandom());
    Cluster cluster = node.cluster();
    NodeMail mail = new NodeMail(cluster, node.timers());
    this.roster = new Roster(cluster, node.timers());
    this.pushes = new Pushes(cluster, mail, sessions);
    this.rooms =
        new RoomFeature(
            neighbours(mail),
            SubscriptionLimits.defaults().withMaxRooms(maxRooms),
            JSON,
            node.timers(),
            threads,
            new Guards(threads, node.timers(), metrics));
    rooms.registerIn(commands);
    cluster.addListener(roster);
    sessions.addListener(roster);
    sessions.addListener(pushes);
    TestWorld.get(mail.start());
    pushes.start();
  }

  private RoomFeature.Neighbours neighbours(NodeMail mail) {
    Cluster cluster = node.cluster();
    return new RoomFeature.Neighbours(
        cluster,
        roster,
        new Owners(roster, sessions, mail),
        pushes,
        new RoomMetadata(
            cluster.store(), node.timers(), JSON, threads, metrics, MAX_METADATA_BYTES),
        new ConnectionMetadata(cluster.members(), sessions, roster, mail, MAX_METADATA_BYTES)::of);
  }

  private SessionServices services() {
    return new SessionServices(
        node.cluster().self().name(),
        ConnectionLimits.defaults(),
        CommandLimits.defaults(),
        TestNode.QUIET,
        new EnvelopeReader(JsonLimits.forMessages(1 << 20)),
        JSON,
        node.timers(),
        threads,
        metrics,
        commands.requestHandler(),
        List.of());
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
    return sessions.all().stream()
        .mapToInt(session -> roster.groups(session, RoomReader.KIND).size())
        .sum();
  }

  @Override
  public void close() {
    rooms.close();
    loops.forEach(LiveLoop::close);
    threads.shutdown(Duration.ofSeconds(5));
  }

  /** The other side of one connection. */
  final class Client {
    final LivePeer peer;
    private int lastId;

    private Client(Dialect dialect) {
      peer = LivePeer.connect(sessions, dialect, loops.get(clients++ % loops.size()));
    }

    String id() {
      return peer.session().id();
    }

    /** Asks and waits for the answer: its payload, or its error. */
    JsonNode ask(String command, String payload) {
      int id = ++lastId;
      peer.send("{\"id\":" + id + ",\"command\":\"" + command + "\",\"payload\":" + payload + "}");
      String reply = peer.next(frame -> frame.startsWith("{\"id\":" + id + ","));
      JsonNode frame = JSON.tree(RawJson.parse(reply));
      return frame.has("error") ? frame.get("error") : frame.get("payload");
    }
  }
}
