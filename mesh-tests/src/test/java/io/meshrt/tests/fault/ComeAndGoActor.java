// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.MeshServer;
import io.meshrt.tests.harness.V1Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Connects, which must always work, joins the lobby, and disconnects its oldest connection. */
final class ComeAndGoActor extends Actor {
  private static final int OPEN = 5;

  private final MeshServer node;
  private final Deque<V1Socket> sockets = new ArrayDeque<>();

  ComeAndGoActor(MeshServer node) {
    super("come and go");
    this.node = node;
  }

  /** Those that are open. */
  Set<String> ids() {
    return sockets.stream()
        .map(socket -> socket.welcome().get("connectionId").asText())
        .collect(Collectors.toSet());
  }

  @Override
  void step(int number) throws Exception {
    V1Socket socket = V1Socket.open(node.port());
    sockets.add(socket);
    boolean unused = tally().isDone(() -> outcome(join(socket)));
    if (sockets.size() > OPEN) {
      V1Socket oldest = sockets.remove();
      if (number % 2 == 0) {
        oldest.socket().reset();
      } else {
        oldest.close();
      }
    }
  }

  private static JsonNode join(V1Socket socket) throws Exception {
    socket.send(1, "mesh/join-room", Map.of("roomName", "lobby"));
    JsonNode frame = socket.next();
    while (!frame.has("id")) {
      frame = socket.next();
    }
    return frame;
  }

  private static CompletableFuture<?> outcome(JsonNode reply) {
    JsonNode error = reply.path("error");
    return error.isMissingNode()
        ? CompletableFuture.completedFuture(reply)
        : CompletableFuture.failedFuture(
            new CommandException(error.path("code").asText(), error.path("message").asText()));
  }

  @Override
  void settle() throws Exception {
    for (V1Socket socket : sockets) {
      JsonNode reply = join(socket);
      assertThat(reply.at("/payload/success").asBoolean()).as("%s", reply).isTrue();
    }
  }

  void close() throws Exception {
    for (V1Socket socket : sockets) {
      socket.close();
    }
  }
}
