// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.room;

import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.MeshClientBuilder;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.room.RoomMessage;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.room.PersistentRoomOptions;
import io.meshrt.server.room.RoomSendPolicy;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.cluster.Deployment;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Servers that remember rooms whose names begin with r, and clients. One that names somebody as
 * bearer has that identity.
 */
abstract class RoomWorld {
  static final int MAX_ROOMS = 5;

  /** Pairs of a name and a room that the guard refuses. */
  final Set<String> refused = ConcurrentHashMap.newKeySet();

  MeshCluster cluster;

  abstract Deployment deployment();

  /** Registers more than what all have. */
  void setUp(MeshServer server) {}

  @BeforeEach
  final void start() {
    cluster =
        deployment()
            .start(
                builder ->
                    builder
                        .persistentRooms(PersistentRoomOptions.defaults().withMaxRooms(MAX_ROOMS))
                        .authentication(
                            request ->
                                request
                                    .bearerToken()
                                    .map(name -> Authentication.accept(Identity.of(name)))
                                    .orElse(Authentication.anonymous())),
                server -> {
                  server.persistentRooms(Pattern.compile("r.*"));
                  server.exposeRoom(Pattern.compile("[rp].*"), this::admits);
                  server.exposeRoomMessages(Pattern.compile("[rp].*"));
                  server.exposeRoomMessages(Pattern.compile("open"), RoomSendPolicy.open());
                  setUp(server);
                });
  }

  private boolean admits(Connection connection, String room) {
    String who = connection.identity().map(Identity::id).orElse("");
    return !refused.contains(who + " " + room);
  }

  @AfterEach
  final void close() {
    cluster.close();
  }

  final MeshServer node(int number) {
    return cluster.node(number);
  }

  final MeshClient named(int node, String identity) throws Exception {
    return cluster.client(node, builder -> as(builder, identity));
  }

  final MeshClient anonymous(int node, UnaryOperator<MeshClientBuilder> options) throws Exception {
    return cluster.client(node, options);
  }

  static MeshClientBuilder as(MeshClientBuilder builder, String identity) {
    return builder
        .header("Authorization", "Bearer " + identity)
        .reconnect(ReconnectPolicy.fullJitter(Duration.ofMillis(10), Duration.ofMillis(100)));
  }

  /** A connection that speaks by hand. */
  final V1Socket raw(int node, String identity) throws IOException {
    return V1Socket.open(
        RawWebSocket.to(node(node).port()).header("Authorization", "Bearer " + identity));
  }

  /** What a client is sent in rooms. */
  static List<RoomMessage> heard(MeshClient client) {
    List<RoomMessage> heard = new CopyOnWriteArrayList<>();
    client.rooms().onMessage(heard::add);
    return heard;
  }

  /** What a client hears under a name. */
  static List<String> heard(MeshClient client, String name) {
    List<String> heard = new CopyOnWriteArrayList<>();
    client.onMessage(name, String.class, heard::add);
    return heard;
  }

  static List<String> texts(List<RoomMessage> messages) {
    return messages.stream().map(message -> message.payload().asText()).toList();
  }

  final Set<String> members(String room) throws Exception {
    return Outcomes.result(node(0).rooms().memberIds(room));
  }

  final void awaitMembers(String room, int count) {
    await().atMost(Duration.ofSeconds(30)).until(() -> members(room).size() == count);
  }

  static String id(MeshClient client) {
    return client.connectionId().orElseThrow();
  }
}
