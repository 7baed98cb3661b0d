// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServer;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.testkit.RawFrame;
import io.meshrt.tests.harness.V1Socket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limits of one connection, at, below and above their number. */
class CommandLimitsIT {
  private static final int RUNNING = 2;
  private static final int WAITING = 3;
  private static final int MESSAGE_BYTES = 1000;
  private static final CommandLimits SMALL =
      CommandLimits.defaults().withMaxRunning(RUNNING).withMaxWaiting(WAITING);

  private final CompletableFuture<String> release = new CompletableFuture<>();

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 2})
  void commandsBeyondThoseRunningAndWaitingAreRefused(int beyond) throws Exception {
    int sent = RUNNING + WAITING + beyond;
    try (MeshServer server = server(SMALL, ConnectionLimits.defaults());
        V1Socket socket = V1Socket.open(server.port())) {
      socket.sendTogether(requests("hold", sent));
      Set<Long> refused = new TreeSet<>();
      for (int i = 0; i < beyond; i++) {
        JsonNode reply = socket.next();
        assertThat(reply.at("/error/code").asText()).isEqualTo("ELIMIT");
        refused.add(reply.get("id").asLong());
      }

      release.complete("released");
      Set<Long> answered = new TreeSet<>();
      while (answered.size() + refused.size() < sent) {
        JsonNode reply = socket.next();
        assertThat(reply.path("payload").asText()).isEqualTo("released");
        answered.add(reply.get("id").asLong());
      }

      assertThat(refused).allMatch(id -> id >= RUNNING + WAITING);
      assertThat(answered).hasSize(Math.min(sent, RUNNING + WAITING));
    }
  }

  @Test
  void bytesBeyondThoseThatMayWaitAreRefused() throws Exception {
    CommandLimits limits = SMALL.withMaxRunning(1).withMaxWaitingBytes(2000);
    try (MeshServer server = server(limits, ConnectionLimits.defaults());
        V1Socket socket = V1Socket.open(server.port())) {
      socket.send(1, "hold", null);
      socket.send(2, "hold", "x".repeat(1200));
      socket.send(3, "hold", "x".repeat(1200));
      JsonNode refused = socket.next();
      release.complete("released");
      Set<Long> answered =
          new TreeSet<>(
              List.of(socket.next().get("id").asLong(), socket.next().get("id").asLong()));

      assertThat(refused.get("id").asLong()).isEqualTo(3);
      assertThat(refused.at("/error/code").asText()).isEqualTo("ELIMIT");
      assertThat(answered).containsExactly(1L, 2L);
    }
  }

  @Test
  void requestWithAnIdInFlightIsProtestedAndTheFirstIsAnswered() throws Exception {
    try (MeshServer server = server(SMALL, ConnectionLimits.defaults());
        V1Socket socket = V1Socket.open(server.port())) {
      socket.send(7, "hold", null);
      socket.send(7, "echo", "twin");
      JsonNode protest = socket.next();
      release.complete("released");
      JsonNode first = socket.next();
      socket.send(7, "echo", "again");
      JsonNode again = socket.next();

      assertThat(protest.has("id")).isFalse();
      assertThat(protest.get("command").asText()).isEqualTo("mesh/error");
      assertThat(protest.at("/payload/code").asText()).isEqualTo("EBADREQUEST");
      assertThat(first.get("payload").asText()).isEqualTo("released");
      assertThat(again.get("payload").asText()).isEqualTo("again");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1})
  void messageOverTheLimitClosesConnection(int beyond) throws Exception {
    ConnectionLimits limits = ConnectionLimits.defaults().withMaxMessageBytes(MESSAGE_BYTES);
    int frame = V1Socket.request(1, "echo", "").length();
    String payload = "x".repeat(MESSAGE_BYTES + beyond - frame);
    try (MeshServer server = server(SMALL, limits);
        V1Socket socket = V1Socket.open(server.port())) {
      socket.send(1, "echo", payload);

      if (beyond > 0) {
        assertThat(socket.closeCode()).isEqualTo(1009);
      } else {
        assertThat(socket.next().get("payload").asText()).isEqualTo(payload);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 6})
  void oneMalformedMessageTooManyClosesConnection(int malformed) throws Exception {
    int tolerated = ConnectionLimits.defaults().maxMalformed();
    try (MeshServer server = server(SMALL, ConnectionLimits.defaults());
        V1Socket socket = V1Socket.open(server.port())) {
      for (int i = 0; i < malformed; i++) {
        socket.sendText("{\"command\":");
        if (i < tolerated) {
          assertThat(socket.next().get("command").asText()).isEqualTo("mesh/error");
        }
      }

      if (malformed > tolerated) {
        assertThat(socket.closeCode()).isEqualTo(1008);
      } else {
        assertThat(echo(socket)).isEqualTo("on");
      }
    }
  }

  @Test
  void commandsAboveTheRateAreRefused() throws Exception {
    int sent = 200;
    try (MeshServer server =
            server(CommandLimits.defaults().withMaxPerSecond(5), ConnectionLimits.defaults());
        V1Socket socket = V1Socket.open(server.port())) {
      socket.sendTogether(requests("echo", sent));
      List<Long> answered = new ArrayList<>();
      List<Long> refused = new ArrayList<>();
      for (int i = 0; i < sent; i++) {
        JsonNode reply = socket.next();
        boolean tooFast = reply.at("/error/code").asText().equals("ERATE");
        (tooFast ? refused : answered).add(reply.get("id").asLong());
      }

      assertThat(answered).contains(0L, 1L, 2L, 3L, 4L);
      assertThat(refused).isNotEmpty();
    }
  }

  @Test
  @Tag("full") // takes the ten seconds that the server is patient
  void sendingTooFastForLongClosesConnection() throws Exception {
    try (MeshServer server =
            server(CommandLimits.defaults().withMaxPerSecond(5), ConnectionLimits.defaults());
        V1Socket socket = V1Socket.open(server.port())) {
      long id = 0;
      RawFrame frame = socket.socket().read();
      while (frame != null && frame.opcode() != RawFrame.CLOSE) {
        JsonNode message = V1Socket.JSON.readTree(frame.text());
        if (message.path("command").asText().equals("ping")) { // the server's clock paces this
          List<String> burst = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            burst.add(V1Socket.request(id++, "echo", "fast"));
          }
          socket.sendTogether(burst);
        }
        frame = socket.socket().read();
      }

      assertThat(frame).isNotNull();
      assertThat(frame.closeCode()).isEqualTo(4029);
    }
  }

  private MeshServer server(CommandLimits commands, ConnectionLimits connections) {
    MeshServer server =
        MeshServer.builder()
            .host("127.0.0.1")
            .port(0)
            .commandLimits(commands)
            .limits(connections)
            .heartbeat(
                HeartbeatOptions.defaults()
                    .withPingInterval(Duration.ofMillis(100))
                    .withMaxMissedPongs(10_000))
            .build();
    server.registerCommand("echo", ctx -> ctx.rawPayload());
    server.registerCommand("hold", ctx -> release.join());
    server.start();
    return server;
  }

  private static List<String> requests(String command, int count) {
    List<String> requests = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      requests.add(V1Socket.request(id, command, null));
    }
    return requests;
  }

  private static String echo(V1Socket socket) throws IOException {
    socket.send(1000, "echo", "on");
    return socket.next().get("payload").asText();
  }
}
