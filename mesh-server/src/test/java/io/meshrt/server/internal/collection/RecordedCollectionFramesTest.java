// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.TestWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the reference was seen to say about collections, said again. */
class RecordedCollectionFramesTest {
  private static final Path FILE =
      Path.of("..", "test-data", "protocol", "recorded-collection-frames.json");

  @TestFactory
  Stream<DynamicTest> conversationsGoAsRecorded() throws IOException {
    return stream(LivePeer.json(Files.readString(FILE)).get("scenarios"))
        .flatMap(
            scenario ->
                stream(scenario.get("dialects"))
                    .map(
                        dialect ->
                            DynamicTest.dynamicTest(
                                scenario.get("id").asText() + " in " + dialect.asText(),
                                () -> replay(scenario, dialect.asText() + "/"))));
  }

  private static void replay(JsonNode scenario, String prefix) {
    try (InMemoryTestWorld world = new InMemoryTestWorld();
        CollectionNode node = new CollectionNode(world.node("n1"), CollectionLimits.defaults())) {
      node.collections.expose("coll:all", CollectionQuery.of("doc:"));
      LivePeer peer = node.legacy();
      peer.forget();
      for (JsonNode step : stream(scenario.get("steps")).toList()) {
        play(step, node, peer, prefix);
      }
    }
  }

  private static void play(JsonNode step, CollectionNode node, LivePeer peer, String prefix) {
    if (step.has("in")) {
      peer.send(text(step.get("in"), prefix));
    } else if (step.has("write")) {
      var unused = TestWorld.get(node.records.write(step.get("write").asText(), step.get("value")));
    } else if (step.has("delete")) {
      var unused = TestWorld.get(node.records.delete(step.get("delete").asText()));
    } else {
      JsonNode expected = LivePeer.json(text(step.get("out"), prefix));
      assertThat(LivePeer.json(peer.next(frame -> true))).isEqualTo(expected);
    }
  }

  private static String text(JsonNode frame, String prefix) {
    return frame.toString().replace("{p}", prefix);
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
