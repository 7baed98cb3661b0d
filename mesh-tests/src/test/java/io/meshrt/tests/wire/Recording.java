// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.wire;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Recorded conversations, and how a recorded frame is compared with one that came. */
final class Recording {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FILE = Path.of("..", "test-data", "protocol", "recorded-frames.json");

  private final Map<String, JsonNode> variables = new HashMap<>();

  /** A scenario in one of its dialects. */
  record Scenario(
      String id, String dialect, boolean greeting, List<String> options, JsonNode steps) {
    String prefix() {
      return switch (dialect) {
        case "mesh" -> "mesh/";
        case "rt" -> "rt/";
        default -> "";
      };
    }

    JsonNode frame(JsonNode step) throws IOException {
      return JSON.readTree(step.toString().replace("{p}", prefix()));
    }

    @Override
    public String toString() {
      return id + " in " + dialect;
    }
  }

  static List<Scenario> scenarios() throws IOException {
    List<Scenario> scenarios = new ArrayList<>();
    for (JsonNode scenario : JSON.readTree(Files.readString(FILE)).get("scenarios")) {
      for (JsonNode dialect : scenario.get("dialects")) {
        List<String> options =
            scenario.has("options")
                ? JSON.convertValue(scenario.get("options"), new TypeReference<List<String>>() {})
                : List.of();
        scenarios.add(
            new Scenario(
                scenario.get("id").asText(),
                dialect.asText(),
                scenario.path("greeting").asBoolean(true),
                options,
                scenario.get("steps")));
      }
    }
    return scenarios;
  }

  /** Puts bound variables into a frame that is about to be sent. */
  JsonNode bound(JsonNode frame) {
    if (frame.isTextual() && variables.containsKey(frame.asText())) {
      return variables.get(frame.asText());
    }
    if (frame instanceof ObjectNode object) {
      ObjectNode copy = JSON.createObjectNode();
      object.properties().forEach(field -> copy.set(field.getKey(), bound(field.getValue())));
      return copy;
    }
    return frame;
  }

  /** Whether a frame is the expected one; binds variables on the way. */
  boolean matches(JsonNode expected, JsonNode actual) {
    if (expected.isTextual() && expected.asText().startsWith("$")) {
      String name = expected.asText();
      if (name.equals("$any")) {
        return true;
      }
      JsonNode known = variables.putIfAbsent(name, actual);
      return known == null || known.equals(actual);
    }
    if (expected instanceof ObjectNode object) {
      return actual.isObject()
          && actual.size() == object.size()
          && object.properties().stream()
              .allMatch(
                  field ->
                      actual.has(field.getKey())
                          && matches(field.getValue(), actual.get(field.getKey())));
    }
    if (expected instanceof ArrayNode array) {
      return actual.equals(array);
    }
    return expected.equals(actual);
  }
}
