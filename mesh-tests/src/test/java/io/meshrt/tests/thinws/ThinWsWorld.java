// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.thinws;

import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.cluster.Deployment;
import io.meshrt.tests.harness.Outcomes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Servers with an endpoint for ThinWS's clients, whose rooms native clients use too. */
abstract class ThinWsWorld {
  static final String PATH = "/thinws";

  private final List<RawWebSocket> sockets = new ArrayList<>();
  MeshCluster cluster;

  abstract Deployment deployment();

  MeshServerBuilder options(MeshServerBuilder builder) {
    return builder.thinWs(PATH);
  }

  @BeforeEach
  final void start() {
    cluster =
        deployment()
            .start(
                builder ->
                    options(
                        builder.authentication(
                            request ->
                                request
                                    .bearerToken()
                                    .map(name -> Authentication.accept(Identity.of(name)))
                                    .orElse(Authentication.anonymous()))),
                ThinWsWorld::setUp);
  }

  static void setUp(MeshServer server) {
    Pattern rooms = Pattern.compile("room[0-9]+");
    server.exposeRoom(rooms);
    server.persistentRooms(rooms);
    server.exposeRoomMessages(rooms);
  }

  @AfterEach
  final void close() throws IOException {
    for (RawWebSocket socket : sockets) {
      socket.close();
    }
    cluster.close();
  }

  final MeshServer node(int number) {
    return cluster.node(number);
  }

  final MeshClient named(int node, String identity) throws Exception {
    return cluster.client(node, builder -> builder.header("Authorization", "Bearer " + identity));
  }

  final RawWebSocket socket(int node) throws IOException {
    return socket(RawWebSocket.to(node(node).port()));
  }

  final RawWebSocket socket(RawWebSocket.Builder builder) throws IOException {
    RawWebSocket socket = builder.path(PATH).readTimeout(Duration.ofSeconds(30)).open();
    sockets.add(socket);
    return socket;
  }

  /** Sends a frame and reads until it is acknowledged; what came before. */
  static List<String> ask(RawWebSocket socket, long id, String rest) throws IOException {
    socket.sendText("{\"messageID\":" + id + "," + rest + "}");
    return readTo(socket, "{\"type\":\"ack\",\"messageID\":" + id + "}");
  }

  /** Reads until a frame has come; what came before. */
  static List<String> readTo(RawWebSocket socket, String last) throws IOException {
    List<String> before = new ArrayList<>();
    String text = socket.readText();
    while (text != null && !text.equals(last)) {
      before.add(text);
      text = socket.readText();
    }
    if (text == null) {
      throw new IOException("closed behind " + before + ", waiting for " + last);
    }
    return before;
  }

  final Set<String> members(String room) throws Exception {
    return Outcomes.result(node(0).rooms().memberIds(room));
  }

  final void awaitMembers(String room, int count) {
    await().atMost(Duration.ofSeconds(30)).until(() -> members(room).size() == count);
  }
}
