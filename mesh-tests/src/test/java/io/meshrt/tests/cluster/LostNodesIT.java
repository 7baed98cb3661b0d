// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.faults.SharedRedis;
import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.ConnectionInfo;
import io.meshrt.server.room.RoomEvent;
import io.meshrt.testkit.ChildNode;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that die or freeze: no ghosts, and nobody else is touched. Seen by a node that lives. */
class LostNodesIT {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int CLIENTS_PER_NODE = FULL ? 100 : 10;
  private static final int KILLS = FULL ? 10 : 1;

  /** Long enough for nodes that live to renew them, however busy the machine is. */
  private static final int LEASE_SECONDS = FULL ? 3 : 6;

  /** As long as a slow machine may need; with all sizes, what is promised. */
  private static final Duration CONSISTENT = Duration.ofSeconds(FULL ? 7 : 30);

  private static final Duration AWAKE = Duration.ofSeconds(FULL ? 5 : 30);

  private final String prefix = "lost" + Long.toHexString(ThreadLocalRandom.current().nextLong());
  private final List<ChildNode> nodes = new ArrayList<>();
  private final Map<ChildNode, Map<String, V1Socket>> sockets = new HashMap<>();
  private final List<RoomEvent> events = new CopyOnWriteArrayList<>();
  private MeshServer observer;

  @BeforeEach
  void start() throws Exception {
    observer = NodeProgram.server(SharedRedis.uri(), prefix, LEASE_SECONDS);
    observer.start();
    Outcomes.result(observer.rooms().watch("lobby", events::add));
    for (int i = 0; i < 3; i++) {
      nodes.add(startNode());
    }
    awaitConsistent(CONSISTENT);
  }

  @AfterEach
  void close() throws Exception {
    for (Map<String, V1Socket> clients : sockets.values()) {
      for (V1Socket socket : clients.values()) {
        socket.close();
      }
    }
    nodes.forEach(ChildNode::close);
    observer.close();
  }

  @Test
  @Timeout(300)
  void killedNodeLeavesNoGhostsAndTakesNobodyElse() throws Exception {
    for (int kill = 0; kill < KILLS; kill++) {
      ChildNode victim = nodes.remove(kill % nodes.size());
      Set<String> lost = sockets.remove(victim).keySet();
      events.clear();

      victim.kill();

      awaitConsistent(CONSISTENT);
      await().until(() -> events.size() >= lost.size());
      assertThat(events)
          .allMatch(event -> event.type() == RoomEvent.Type.LEFT)
          .extracting(RoomEvent::connectionId)
          .containsExactlyInAnyOrderElementsOf(lost);
      nodes.add(startNode());
      awaitConsistent(CONSISTENT);
    }
  }

  @Test
  @Timeout(300)
  void frozenNodeIsRegisteredAgainWhenItWakes() throws Exception {
    ChildNode frozen = nodes.get(0);
    Set<String> members = sockets.get(frozen).keySet();
    events.clear();

    frozen.stop();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> left().containsAll(members)); // its lease is over
    Set<String> others = liveIds();
    others.removeAll(members);
    await()
        .untilAsserted(
            () ->
                assertThat(Outcomes.result(observer.rooms().memberIds("lobby"))).isEqualTo(others));
    frozen.resume();

    awaitConsistent(AWAKE);
    await().until(() -> told(RoomEvent.Type.JOINED).containsAll(members));
    assertThat(left()).containsExactlyInAnyOrderElementsOf(members);
  }

  private List<String> left() {
    return told(RoomEvent.Type.LEFT);
  }

  private List<String> told(RoomEvent.Type type) {
    return events.stream()
        .filter(event -> event.type() == type)
        .map(RoomEvent::connectionId)
        .toList();
  }

  private ChildNode startNode() throws Exception {
    ChildNode node =
        ChildNode.start(NodeProgram.class, SharedRedis.uri(), prefix, "" + LEASE_SECONDS);
    Map<String, V1Socket> clients = new HashMap<>();
    sockets.put(node, clients);
    for (int i = 0; i < CLIENTS_PER_NODE; i++) {
      V1Socket socket = V1Socket.open(node.port());
      socket.send(1, "mesh/join-room", Map.of("roomName", "lobby"));
      JsonNode reply = socket.next();
      assertThat(reply.at("/payload/success").asBoolean()).as("%s", reply).isTrue();
      clients.put(socket.welcome().get("connectionId").asText(), socket);
    }
    await().until(() -> told(RoomEvent.Type.JOINED).containsAll(clients.keySet()));
    return node;
  }

  private Set<String> liveIds() {
    Set<String> ids = new HashSet<>();
    sockets.values().forEach(clients -> ids.addAll(clients.keySet()));
    return ids;
  }

  /** Rooms, presence and the list of connections are exactly the live sockets. */
  private void awaitConsistent(Duration patience) {
    Set<String> live = liveIds();
    await()
        .atMost(patience)
        .untilAsserted(
            () -> {
              assertThat(Outcomes.result(observer.rooms().memberIds("lobby"))).isEqualTo(live);
              assertThat(
                      Outcomes.result(observer.presence().members("lobby")).stream()
                          .map(member -> member.connectionId())
                          .collect(Collectors.toSet()))
                  .isEqualTo(live);
              assertThat(
                      Outcomes.result(observer.connections().all()).stream()
                          .map(ConnectionInfo::id)
                          .collect(Collectors.toSet()))
                  .isEqualTo(live);
            });
  }
}
