// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.patch.JsonEquality;
import io.meshrt.patch.Patch;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.record.RecordPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the reference was seen to say about records, said again. */
class RecordedRecordFramesTest {
  private static final Path FILE =
      Path.of("..", "test-data", "protocol", "recorded-record-frames.json");

  @TestFactory
  Stream<DynamicTest> conversationsGoAsRecorded() throws IOException {
    return stream(RecordContract.json(Files.readString(FILE)).get("scenarios"))
        .flatMap(
            scenario ->
                stream(scenario.get("dialects"))
                    .map(
                        dialect ->
                            DynamicTest.dynamicTest(
                                scenario.get("id").asText() + " in " + dialect.asText(),
                                () -> replay(scenario, dialect.asText()))));
  }

  private static void replay(JsonNode scenario, String dialect) {
    try (InMemoryTestWorld world = new InMemoryTestWorld();
        RecordNode node = new RecordNode(world.node("n1"), 64)) {
      node.records.expose(Pattern.compile("doc:.+"));
      node.records.exposeWritable(Pattern.compile("w:.+"));
      node.records.policy(Pattern.compile(".+"), RecordPolicy.defaults().withGroup(id -> "all"));
      LivePeer peer = node.legacy();
      for (JsonNode step : stream(scenario.get("steps")).toList()) {
        play(step, node, peer, dialect.equals("bare") ? "" : dialect + "/");
      }
    }
  }

  private static void play(JsonNode step, RecordNode node, LivePeer peer, String prefix) {
    if (step.has("in")) {
      peer.send(text(step.get("in"), prefix));
    } else if (step.has("write")) {
      var unused = TestWorld.get(node.records.write(step.get("write").asText(), step.get("value")));
    } else if (step.has("delete")) {
      var unused = TestWorld.get(node.records.delete(step.get("delete").asText()));
    } else {
      JsonNode expected = RecordContract.json(text(step.get("out"), prefix));
      JsonNode actual = RecordContract.json(peer.next(frame -> true));
      assertThat(fits(expected, actual)).as("expected %s but %s came", expected, actual).isTrue();
    }
  }

  private static String text(JsonNode frame, String prefix) {
    return frame.toString().replace("{p}", prefix);
  }

  private static boolean fits(JsonNode expected, JsonNode actual) {
    if (expected.asText().equals("$any")) {
      return true;
    }
    if (expected.has("$from")) {
      JsonNode result = Patch.fromJson(actual).applyTo(expected.get("$from"));
      return JsonEquality.same(result, expected.get("$to"));
    }
    if (!expected.isContainerNode()) {
      return expected.equals(actual);
    }
    return expected.size() == actual.size()
        && (expected.isArray() ? fitsArray(expected, actual) : fitsObject(expected, actual));
  }

  private static boolean fitsObject(JsonNode expected, JsonNode actual) {
    return expected.properties().stream()
        .allMatch(
            field ->
                actual.has(field.getKey()) && fits(field.getValue(), actual.get(field.getKey())));
  }

  private static boolean fitsArray(JsonNode expected, JsonNode actual) {
    for (int i = 0; i < expected.size(); i++) {
      if (!fits(expected.get(i), actual.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
