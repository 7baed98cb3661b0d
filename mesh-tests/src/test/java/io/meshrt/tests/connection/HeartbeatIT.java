// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.testkit.RawFrame;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.V1Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pings at real intervals, told apart by the order of frames and not by a clock. */
class HeartbeatIT {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void silentLegacyClientIsClosedAfterOnePingMoreThanForgiven(int forgiven) throws Exception {
    assertThat(framesOfSilentClient(null, forgiven)).isEqualTo(pingsThenClose(forgiven + 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void silentClientIsClosedAfterOnePingMoreThanForgiven(int forgiven) throws Exception {
    assertThat(framesOfSilentClient("mesh.v1", forgiven)).isEqualTo(pingsThenClose(forgiven + 1));
  }

  /** The first ping falls between a quarter and fifteen sixteenths of an interval. */
  @ParameterizedTest
  @CsvSource({"4000, 1000, latency", "8000, 7500, ping"})
  void firstPingOfLegacyClientComesAfterHalfAnInterval(
      int pingMillis, int latencyMillis, String first) throws Exception {
    HeartbeatOptions options =
        HeartbeatOptions.defaults()
            .withPingInterval(Duration.ofMillis(pingMillis))
            .withLatencyInterval(Duration.ofMillis(latencyMillis));
    try (MeshServer server = Local.server().heartbeat(options).build()) {
      server.start();
      try (RawWebSocket client = RawWebSocket.to(server.port()).open()) {
        client.readText();
        client.readText();

        JsonNode frame = V1Socket.JSON.readTree(client.readText());

        assertThat(frame.get("command").asText()).isEqualTo(first);
      }
    }
  }

  @Test
  void clientThatAnswersStays() throws Exception {
    HeartbeatOptions options =
        new HeartbeatOptions(Duration.ofMillis(300), Duration.ofMillis(300), 20);
    try (MeshServer server = Local.server().heartbeat(options).build()) {
      server.start();
      try (RawWebSocket client = RawWebSocket.to(server.port()).open()) {
        int pings = 0;
        while (pings < 10) {
          String text = client.readText();
          assertThat(text).as("open after %d pings", pings).isNotNull();
          String command = V1Socket.JSON.readTree(text).get("command").asText();
          if (command.equals("ping")) {
            client.sendText("{\"id\":" + pings++ + ",\"command\":\"pong\",\"payload\":{}}");
          } else if (command.equals("latency:request")) {
            client.sendText("{\"id\":99,\"command\":\"latency:response\",\"payload\":{}}");
          }
        }
        assertThat(server.connections().list().get(0).latency()).isPresent();
      }
    }
  }

  /** What a client that never answers reads behind the greeting. */
  private static List<String> framesOfSilentClient(String subprotocol, int forgiven)
      throws Exception {
    HeartbeatOptions options =
        new HeartbeatOptions(Duration.ofMillis(200), Duration.ofHours(1), forgiven);
    try (MeshServer server = Local.server().heartbeat(options).build()) {
      server.start();
      RawWebSocket.Builder builder =
          RawWebSocket.to(server.port()).header("Sec-WebSocket-Protocol", subprotocol);
      try (RawWebSocket client = builder.open()) {
        List<String> frames = new ArrayList<>();
        RawFrame frame = client.read();
        while (frame != null && frame.opcode() != RawFrame.CLOSE) {
          String command = V1Socket.JSON.readTree(frame.text()).get("command").asText();
          if (!command.contains("/")) {
            frames.add(command);
          }
          frame = client.read();
        }
        assertThat(frame).isNotNull();
        frames.add("close " + frame.closeCode());
        return frames;
      }
    }
  }

  private static List<String> pingsThenClose(int count) {
    List<String> frames = new ArrayList<>(Collections.nCopies(count, "ping"));
    frames.add("close 4010");
    return frames;
  }
}
