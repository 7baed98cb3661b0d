// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.client.collection.CollectionMember;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What servers of the older generations were seen to say about collections, told to a client. */
class RecordedCollectionFramesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FILE =
      Path.of("..", "test-data", "protocol", "recorded-collection-frames.json");

  @TestFactory
  Stream<DynamicTest> clientTakesPartAsRecorded() throws IOException {
    return stream(JSON.readTree(Files.readString(FILE)).get("scenarios"))
        .flatMap(
            scenario ->
                stream(scenario.get("dialects"))
                    .map(JsonNode::asText)
                    .map(
                        dialect ->
                            DynamicTest.dynamicTest(
                                scenario.get("id").asText() + " in " + dialect,
                                () -> new Replay(dialect).play(scenario.get("steps")))));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** One conversation, with the test as the server. */
  private static final class Replay {
    private final String prefix;
    private final ClientRig rig = new ClientRig();
    private final FakeSocket socket;
    private final CollectionLog<JsonNode> log = new CollectionLog<>();

    /** What the server has. */
    private final Map<String, JsonNode> records = new LinkedHashMap<>();

    private CompletableFuture<?> call = new CompletableFuture<>();
    private long callId;

    Replay(String dialect) {
      prefix = dialect + "/";
      socket = rig.connected(dialect.equals("rt") ? Frames.RT_ASSIGN_ID : Frames.MESH_ASSIGN_ID);
    }

    void play(JsonNode steps) throws IOException {
      for (JsonNode step : steps) {
        if (step.has("in")) {
          ask(step.get("in"));
        } else if (step.has("write")) {
          records.put(step.get("write").asText(), step.get("value"));
        } else if (step.has("delete")) {
          records.remove(step.get("delete").asText());
        } else if (!call.isCompletedExceptionally() && !isFalse()) {
          hear((ObjectNode) step.get("out").deepCopy());
        }
      }
      assertThat(rig.errors).isEmpty();
    }

    private boolean isFalse() {
      return call.isDone() && Boolean.FALSE.equals(call.join());
    }

    private void ask(JsonNode recorded) throws IOException {
      String id = recorded.at("/payload/collectionId").asText();
      boolean subscribing = recorded.get("command").asText().equals("{p}subscribe-collection");
      call =
          subscribing
              ? rig.run(rig.client.subscribeCollection(id, log))
              : rig.run(rig.client.unsubscribeCollection(id));
      List<String> sent = socket.takeSent();
      if (isFalse()) {
        assertThat(sent).as("nothing to end").isEmpty();
        return;
      }
      JsonNode frame = JSON.readTree(sent.get(0));
      callId = frame.get("id").longValue();
      assertThat(frame.get("command").asText()).isEqualTo(name(recorded));
      assertThat(frame.get("payload")).isEqualTo(recorded.get("payload"));
    }

    private void hear(ObjectNode frame) {
      frame.put("command", name(frame));
      if (!frame.has("id")) {
        int told = log.told.size();
        socket.receive(frame.toString());
        assertThat(log.told).hasSize(told + 1);
        assertHasAll();
        return;
      }
      socket.receive(frame.put("id", callId).toString());
      JsonNode payload = frame.get("payload");
      if (!payload.path("success").asBoolean(true)) {
        assertFailed(call, "EACCESS");
      } else if (payload.isObject()) {
        assertThat(call).isCompleted();
        assertHasAll();
      }
    }

    private void assertHasAll() {
      Map<String, JsonNode> members =
          log.updates.get(log.updates.size() - 1).members().stream()
              .collect(Collectors.toMap(CollectionMember::id, CollectionMember::value));
      assertThat(members).isEqualTo(records);
    }

    private String name(JsonNode frame) {
      return frame.get("command").asText().replace("{p}", prefix);
    }
  }
}
