// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import static io.meshrt.server.internal.cluster.TestWorld.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field of every built-in, with everything that does not belong there. */
class RoomFieldsTest {
  private static final List<String> NO_OBJECTS =
      List.of("null", "1", "false", "\"x\"", "[]", "[{}]");
  private static final List<String> NO_TEXTS =
      List.of("1", "-0.5", "true", "[\"a\"]", "{\"a\":\"b\"}");
  private static final String LONG = "\"" + "x".repeat(256) + "\"";

  private final InMemoryTestWorld world = new InMemoryTestWorld();
  private final RoomNode node = new RoomNode(world.node("n1"), 64);

  @BeforeEach
  void exposeEverything() {
    node.rooms.exposeRoom(Pattern.compile(".*"), null);
    node.rooms.exposeRoomMetadata(Pattern.compile(".*"), null);
    node.rooms.exposeConnectionMetadata(null);
    node.rooms.exposeOwnMetadataWrites(null);
  }

  @AfterEach
  void close() {
    node.close();
    world.close();
  }

  static Stream<Arguments> unfit() {
    List<Arguments> cases = new ArrayList<>();
    for (String command : List.of("join-room", "leave-room", "get-room-metadata")) {
      addName(cases, command, "roomName");
    }
    addName(cases, "get-connection-metadata", "connectionId");
    String write = "set-my-connection-metadata";
    NO_OBJECTS.forEach(payload -> cases.add(Arguments.of(write, payload, "payload: ")));
    cases.add(Arguments.of(write, "{}", "metadata: missing"));
    cases.add(Arguments.of(write, "{\"options\":{}}", "metadata: missing"));
    for (String options : List.of("1", "false", "\"merge\"", "[]")) {
      cases.add(
          Arguments.of(
              write, "{\"metadata\":1,\"options\":" + options + "}", "options: not an object"));
    }
    for (String strategy :
        Stream.concat(NO_TEXTS.stream(), Stream.of("\"\"", "\"Merge\"", LONG)).toList()) {
      cases.add(
          Arguments.of(
              write,
              "{\"metadata\":1,\"options\":{\"strategy\":" + strategy + "}}",
              "options.strategy: "));
    }
    return cases.stream();
  }

  private static void addName(List<Arguments> cases, String command, String field) {
    NO_OBJECTS.forEach(payload -> cases.add(Arguments.of(command, payload, "payload: ")));
    cases.add(Arguments.of(command, "{}", field + ": missing"));
    cases.add(Arguments.of(command, "{\"" + field + "\":null}", field + ": missing"));
    for (String value : NO_TEXTS) {
      cases.add(
          Arguments.of(command, "{\"" + field + "\":" + value + "}", field + ": not a string"));
    }
    for (String value : List.of("\"\"", LONG, "\"a\\u0007\"", "\"\\u202e\"", "\"\\r\\n\"")) {
      cases.add(Arguments.of(command, "{\"" + field + "\":" + value + "}", field + ": "));
    }
  }

  @ParameterizedTest
  @MethodSource("unfit")
  void isRefusedByTheNameOfTheField(String command, String payload, String problem) {
    RoomNode.Client v1 = node.v1();
    RoomNode.Client legacy = node.legacy();

    JsonNode error = v1.ask("mesh/" + command, payload);
    JsonNode legacyError = legacy.ask("rt/" + command, payload);

    assertThat(error.path("code").asText()).isEqualTo("EBADREQUEST");
    assertThat(error.path("message").asText()).startsWith(problem).hasSizeLessThan(100);
    assertThat(legacyError.path("code").asText()).isEqualTo("EBADREQUEST");
    assertThat(legacyError.path("error").asText()).startsWith(problem);
    assertThat(get(node.rooms.list())).isEmpty();
    assertThat(v1.ask("mesh/get-my-connection-metadata", "{}").get("metadata").isNull()).isTrue();
  }

  @Test
  void oneOwnMetadataIsReadWhateverThePayload() {
    RoomNode.Client client = node.v1();

    for (String payload : NO_OBJECTS) {
      assertThat(client.ask("mesh/get-my-connection-metadata", payload).has("metadata")).isTrue();
    }
  }

  @Test
  void unknownFieldsAreIgnored() {
    RoomNode.Client client = node.v1();

    assertThat(
            client.ask("mesh/join-room", "{\"roomName\":\"a\",\"x\":{\"y\":[1]}}").has("present"))
        .isTrue();
  }

  @Test
  void longestNamesAreTaken() {
    RoomNode.Client client = node.v1();

    assertThat(
            client
                .ask("mesh/join-room", "{\"roomName\":\"" + "x".repeat(255) + "\"}")
                .has("present"))
        .isTrue();
    assertThat(
            client
                .ask("mesh/join-room", "{\"roomName\":\"" + "€".repeat(85) + "\"}")
                .has("present"))
        .isTrue();
  }
}
