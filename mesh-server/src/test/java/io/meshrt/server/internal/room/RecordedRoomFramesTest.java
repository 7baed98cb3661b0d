// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import static io.meshrt.server.internal.cluster.TestWorld.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Conversations about rooms and metadata go as they were recorded (mesh-protocol 24). */
class RecordedRoomFramesTest {
  private static final Path FILE =
      Path.of("..", "test-data", "protocol", "recorded-room-frames.json");
  private static final ObjectMapper JSON = new ObjectMapper();

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
    try (InMemoryTestWorld world = new InMemoryTestWorld();
        RoomNode node = new RoomNode(world.node("n1"), 64)) {
      get(node.rooms.metadata("room:a").set(Map.of("topic", "t")));
      expose(node, stream(scenario.path("options")).map(JsonNode::asText).toList());
      RoomNode.Client client = dialect.equals("v1") ? node.v1() : node.legacy();
      Conversation conversation = new Conversation(client, dialect);
      List<JsonNode> steps = stream(scenario.get("steps")).toList();
      conversation.sendFirst(steps);
      if (scenario.path("greeting").asBoolean(true)) {
        conversation.skipGreeting();
      }
      for (JsonNode step : steps) {
        conversation.play(step);
      }
    }
  }

  private static void expose(RoomNode node, List<String> options) {
    if (options.contains("openRooms")) {
      node.rooms.exposeRoom(Pattern.compile(".*"), null);
      node.rooms.exposeRoomMetadata(Pattern.compile(".*"), null);
    }
    if (options.contains("openMetadata")) {
      node.rooms.exposeConnectionMetadata(null);
      node.rooms.exposeOwnMetadataWrites(null);
    }
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** One connection, and what is known of it. */
  private static final class Conversation {
    private final RoomNode.Client client;
    private final String dialect;

    /** Requests that are sent together; their answers may overtake each other. */
    private long first;

    Conversation(RoomNode.Client client, String dialect) {
      this.client = client;
      this.dialect = dialect;
    }

    void sendFirst(List<JsonNode> steps) {
      first = steps.stream().filter(step -> step.has("inFirst")).count();
      client.peer.send(
          steps.stream()
              .filter(step -> step.has("inFirst"))
              .map(step -> text(step.get("inFirst")))
              .toArray(String[]::new));
    }

    void skipGreeting() {
      String last = dialect.equals("v1") ? "mesh/welcome" : "rt/assign-id";
      client.peer.next(frame -> frame.contains(last));
    }

    void play(JsonNode step) throws IOException {
      if (step.has("in")) {
        client.peer.send(text(step.get("in")));
      } else if (step.has("out")) {
        String expected = text(step.get("out"));
        String actual =
            first > 1 && step.get("out").has("id")
                ? client.peer.answer(step.get("out").get("id").asLong())
                : client.peer.next(frame -> !frame.contains("\"command\":\"ping\""));
        assertThat(fits(JSON.readTree(expected), JSON.readTree(actual)))
            .as("expected %s but %s came", expected, actual)
            .isTrue();
      }
    }

    private String text(JsonNode frame) {
      String prefix = dialect.equals("bare") ? "" : dialect + "/";
      return frame.toString().replace("{p}", prefix).replace("$connection", client.id());
    }

    private static boolean fits(JsonNode expected, JsonNode actual) {
      if (expected.asText().equals("$any")) {
        return true;
      }
      if (!expected.isObject()) {
        return expected.equals(actual);
      }
      return expected.size() == actual.size()
          && expected.properties().stream()
              .allMatch(
                  field ->
                      actual.has(field.getKey())
                          && fits(field.getValue(), actual.get(field.getKey())));
    }
  }
}
