// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.command.CommandResult;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.testkit.RawFrame;
import io.meshrt.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Replays the recorded conversations of the protocol's older clients, and ours, over real sockets.
 */
class RecordedFramesIT {
  @TestFactory
  Stream<DynamicTest> conversationsGoAsRecorded() throws IOException {
    return Recording.scenarios().stream()
        .map(scenario -> DynamicTest.dynamicTest(scenario.toString(), () -> replay(scenario)));
  }

  private static void replay(Recording.Scenario scenario) throws Exception {
    try (MeshServer server = server(scenario)) {
      server.start();
      RawWebSocket.Builder socket = RawWebSocket.to(server.port());
      if (scenario.dialect().equals("v1")) {
        socket.subprotocol("mesh.v1");
      }
      for (JsonNode step : scenario.steps()) {
        if (step.has("inWithUpgrade")) {
          socket.behindRequest(text(scenario.frame(step.get("inWithUpgrade"))));
        }
      }
      try (RawWebSocket client = socket.open()) {
        if (scenario.greeting()) {
          client.readText();
          client.readText();
        }
        Recording recording = new Recording();
        for (JsonNode step : scenario.steps()) {
          play(scenario, step, client, recording);
        }
      }
    }
  }

  private static void play(
      Recording.Scenario scenario, JsonNode step, RawWebSocket client, Recording recording)
      throws IOException {
    if (step.has("in")) {
      client.send(text(recording.bound(scenario.frame(step.get("in")))));
    } else if (step.has("inText")) {
      client.sendText(step.get("inText").asText());
    } else if (step.has("inBinary")) {
      byte[] json =
          scenario.frame(step.get("inBinary")).toString().getBytes(StandardCharsets.UTF_8);
      client.send(RawFrame.of(RawFrame.BINARY, json).masked());
    } else if (step.has("out")) {
      JsonNode expected = scenario.frame(step.get("out"));
      JsonNode actual = read(client);
      assertThat(recording.matches(expected, actual))
          .as("expected %s but %s came", expected, actual)
          .isTrue();
    } else if (step.has("outSoon")) {
      JsonNode expected = scenario.frame(step.get("outSoon"));
      JsonNode actual = read(client);
      while (!recording.matches(expected, actual)) {
        actual = read(client);
      }
    }
  }

  private static JsonNode read(RawWebSocket client) throws IOException {
    String text = client.readText();
    assertThat(text).as("connection still open").isNotNull();
    return Recording.JSON.readTree(text);
  }

  private static byte[] text(JsonNode frame) {
    return RawFrame.text(frame.toString()).masked();
  }

  private static MeshServer server(Recording.Scenario scenario) {
    MeshServerBuilder builder = MeshServer.builder().host("127.0.0.1").port(0);
    if (scenario.options().contains("exposeErrorMessages")) {
      builder.exposeErrorMessages();
    }
    if (scenario.options().contains("fastHeartbeat")) {
      builder.heartbeat(
          HeartbeatOptions.defaults()
              .withPingInterval(Duration.ofMillis(800))
              .withLatencyInterval(Duration.ofMillis(150))
              .withMaxMissedPongs(100));
    }
    MeshServer server = builder.build();
    server.registerCommand("echo", ctx -> "echo: " + ctx.payload(String.class));
    server.registerCommand("same", ctx -> ctx.rawPayload());
    server.registerCommand("void", ctx -> CommandResult.none());
    server.registerCommand("nothing", ctx -> null);
    server.registerCommand(
        "looksLikeAnError", ctx -> Map.of("error", "e", "code", "c", "name", "n"));
    server.registerCommand(
        "throwErr",
        ctx -> {
          throw new IllegalStateException("bad thing");
        });
    server.registerCommand(
        "refuse",
        ctx -> {
          throw CommandException.accessDenied("not you");
        });
    return server;
  }
}
