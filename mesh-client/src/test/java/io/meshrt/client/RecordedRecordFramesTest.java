// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordTransaction;
import io.meshrt.client.record.WriteOptions;
import io.meshrt.client.record.WriteStrategy;
import io.meshrt.patch.JsonDiff;
import io.meshrt.patch.JsonEquality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What servers of the older generations were seen to say about records, told to a client. */
class RecordedRecordFramesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FILE =
      Path.of("..", "test-data", "protocol", "recorded-record-frames.json");

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
    private final ClientRig rig;
    private final FakeSocket socket;
    private final RecordLog<JsonNode> log = new RecordLog<>();

    /** What the record holds at the server. */
    private JsonNode before = NullNode.instance;

    private JsonNode value = NullNode.instance;

    private CompletableFuture<?> call = new CompletableFuture<>();
    private long callId;

    Replay(String dialect) {
      prefix = dialect.equals("bare") ? "" : dialect + "/";
      if (prefix.isEmpty()) {
        rig = new ClientRig(builder -> builder.generation(Generation.BARE));
        CompletableFuture<?> unused = rig.client.connect();
        socket = rig.connector.next().accept();
      } else {
        rig = new ClientRig();
        socket = rig.connected(prefix.equals("rt/") ? Frames.RT_ASSIGN_ID : Frames.MESH_ASSIGN_ID);
      }
    }

    void play(JsonNode steps) throws IOException {
      for (JsonNode step : steps) {
        if (step.has("in")) {
          ask(step.get("in"));
        } else if (step.has("write")) {
          before = value;
          value = step.get("value");
        } else if (step.has("out")) {
          hear((ObjectNode) step.get("out").deepCopy());
        }
      }
      assertThat(rig.errors).isEmpty();
    }

    private void ask(JsonNode recorded) throws IOException {
      call = rig.run(called(recorded.get("command").asText(), recorded.get("payload")));
      List<String> sent = socket.takeSent();
      if (call.isDone() && Boolean.FALSE.equals(call.join())) {
        assertThat(sent).as("nothing to end").isEmpty();
        return;
      }
      JsonNode frame = JSON.readTree(sent.get(0));
      callId = frame.get("id").longValue();
      assertThat(frame.get("command").asText()).isEqualTo(name(recorded));
      recorded
          .get("payload")
          .properties()
          .forEach(
              field ->
                  assertThat(frame.get("payload").get(field.getKey())).isEqualTo(field.getValue()));
    }

    private CompletableFuture<?> called(String command, JsonNode payload) {
      String id = payload.path("recordId").asText();
      return switch (command) {
        case "{p}subscribe-record" ->
            rig.client.subscribeRecord(
                id, log, payload.has("mode") ? RecordMode.PATCH : RecordMode.FULL);
        case "{p}unsubscribe-record" -> rig.client.unsubscribeRecord(id);
        case "{p}publish-record-update" ->
            rig.client.publishRecordUpdate(id, payload.get("newValue"), options(payload));
        case "{p}transaction" ->
            rig.client.transaction(
                transaction ->
                    payload.get("operations").forEach(one -> describe(transaction, one)));
        default -> throw new AssertionError(command);
      };
    }

    private static void describe(RecordTransaction transaction, JsonNode operation) {
      String id = operation.get("recordId").asText();
      if (operation.get("op").asText().equals("delete")) {
        transaction.delete(id);
      } else {
        transaction.write(id, operation.get("value"), options(operation));
      }
    }

    private static WriteOptions options(JsonNode payload) {
      boolean merge = payload.at("/options/strategy").asText().equals("merge");
      return WriteOptions.defaults()
          .withStrategy(merge ? WriteStrategy.MERGE : WriteStrategy.REPLACE);
    }

    private void hear(ObjectNode frame) {
      frame.put("command", name(frame));
      if (frame.has("id")) {
        answer(frame);
      } else {
        push(frame);
      }
    }

    private void answer(ObjectNode frame) {
      JsonNode payload = frame.get("payload");
      socket.receive(frame.put("id", callId).toString());
      if (payload.has("code")) {
        assertFailed(call, payload.get("code").asText());
      } else if (payload.path("success").asBoolean(true)) {
        assertThat(call).isCompleted();
      } else {
        assertFailed(call, "EACCESS");
      }
    }

    private void push(ObjectNode frame) {
      JsonNode payload = frame.get("payload");
      int told = log.told.size();
      if (payload.isTextual() || payload.at("/patch/$from").isObject()) {
        frame.set("payload", patch(told));
      }
      socket.receive(frame.toString());

      assertThat(log.told).hasSize(told + 1);
      if (frame.get("command").asText().endsWith("record-deleted")) {
        assertThat(log.told.get(told)).startsWith("deleted");
      } else {
        assertThat(JsonEquality.same(log.updates.get(told).value(), value)).isTrue();
        assertThat(log.updates.get(told).version().number()).isEqualTo(told);
      }
    }

    /** Of what was not recorded word by word. */
    private JsonNode patch(int version) {
      ObjectNode payload = JSON.createObjectNode().put("recordId", "doc:2").put("version", version);
      return payload.set("patch", JsonDiff.between(before, value).orElseThrow().toJson());
    }

    private String name(JsonNode frame) {
      return frame.get("command").asText().replace("{p}", prefix);
    }
  }
}
