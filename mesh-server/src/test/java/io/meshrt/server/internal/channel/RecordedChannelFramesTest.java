// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static io.meshrt.server.internal.cluster.TestWorld.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshrt.server.channel.HistoryWindow;
import io.meshrt.server.channel.PublishOptions;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Conversations about channels go as they were recorded (mesh-protocol 24). */
class RecordedChannelFramesTest {
  private static final Path FILE =
      Path.of("..", "test-data", "protocol", "recorded-channel-frames.json");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CHAT = "chat:1";

  @TestFactory
  Stream<DynamicTest> conversationsGoAsRecorded() throws IOException {
    return stream(JSON.readTree(Files.readString(FILE)).get("scenarios"))
        .flatMap(
            scenario ->
                stream(scenario.get("dialects"))
                    .map(
                        dialect ->
                            DynamicTest.dynamicTest(
                                scenario.get("id").asText() + " in " + dialect.asText(),
                                () -> replay(scenario, dialect.asText()))));
  }

  private static void replay(JsonNode scenario, String dialect) throws IOException {
    boolean oldest =
        stream(scenario.path("options")).anyMatch(o -> o.asText().equals("oldestWindow"));
    ChannelFeature.Settings settings =
        oldest ? ChannelNode.SETTINGS.withLegacyWindow(HistoryWindow.OLDEST) : ChannelNode.SETTINGS;
    try (InMemoryTestWorld world = new InMemoryTestWorld();
        ChannelNode node = new ChannelNode(world.node("n1"), settings, Duration.ofSeconds(30))) {
      node.channels.expose(CHAT);
      IntStream.rangeClosed(1, 5).forEach(i -> publish(node, "m" + i));
      LivePeer peer = dialect.equals("v1") ? node.v1() : node.legacy();
      Conversation conversation = new Conversation(node, peer, dialect);
      conversation.begin(scenario);
      for (JsonNode step : scenario.get("steps")) {
        conversation.play(step);
      }
    }
  }

  private static void publish(ChannelNode node, Object message) {
    get(node.channels.publish(CHAT, message, PublishOptions.defaults().withHistory(4)));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** One connection. */
  private record Conversation(ChannelNode node, LivePeer peer, String dialect) {
    void begin(JsonNode scenario) {
      peer.send(
          stream(scenario.get("steps"))
              .filter(step -> step.has("inFirst"))
              .map(step -> text(step.get("inFirst")))
              .toArray(String[]::new));
      if (scenario.path("greeting").asBoolean(true)) {
        String last = dialect.equals("v1") ? "mesh/welcome" : "rt/assign-id";
        peer.next(frame -> frame.contains(last));
      }
    }

    void play(JsonNode step) throws IOException {
      if (step.has("in")) {
        peer.send(text(step.get("in")));
      } else if (step.has("publish")) {
        publish(node, step.get("publish"));
      } else if (step.has("out")) {
        String expected = text(step.get("out"));
        String actual = peer.next(frame -> !frame.contains("\"command\":\"ping\""));
        assertThat(fits(JSON.readTree(expected), JSON.readTree(actual)))
            .as("expected %s but %s came", expected, actual)
            .isTrue();
      }
    }

    private String text(JsonNode frame) {
      return frame.toString().replace("{p}", dialect.equals("bare") ? "" : dialect + "/");
    }

    private static boolean fits(JsonNode expected, JsonNode actual) {
      if (expected.asText().equals("$any")) {
        return true;
      }
      if (expected.size() != actual.size() || expected.getNodeType() != actual.getNodeType()) {
        return false;
      }
      if (expected.isArray()) {
        return IntStream.range(0, expected.size())
            .allMatch(i -> fits(expected.get(i), actual.get(i)));
      }
      if (!expected.isObject()) {
        return expected.equals(actual);
      }
      return expected.properties().stream()
          .allMatch(
              field ->
                  actual.has(field.getKey()) && fits(field.getValue(), actual.get(field.getKey())));
    }
  }
}
