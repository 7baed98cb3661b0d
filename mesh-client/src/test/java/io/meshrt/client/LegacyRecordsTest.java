// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.fake.Frames.legacyReply;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.client.record.WriteOptions;
import io.meshrt.client.record.WriteStrategy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames as the protocol page records them of the older servers. */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class LegacyRecordsTest {
  private static final String SUBSCRIBE = "subscribe-record";

  private final RecordLog<JsonNode> log = new RecordLog<>();
  private ClientRig rig = new ClientRig();

  @ParameterizedTest
  @ValueSource(strings = {"", "mesh/", "rt/"})
  void patchesLeadFromOneVersionToTheNext(String prefix) {
    FakeSocket socket = greeted(prefix);
    rig.run(rig.client.subscribeRecord("doc:2", log, RecordMode.PATCH));
    assertThat(socket.takeOne())
        .isEqualTo(
            "{\"id\":1,\"command\":\"%ssubscribe-record\",\"payload\":{\"recordId\":\"doc:2\",\"mode\":\"patch\"}}"
                .formatted(prefix));
    socket.receive(snapshot(1, prefix, "null", 0));

    socket.receive(
        push(
            prefix + "record-update",
            "\"patch\":[{\"op\":\"add\",\"path\":\"/count\",\"value\":1}],\"version\":1"));
    socket.receive(
        push(
            prefix + "record-update",
            "\"patch\":[{\"op\":\"remove\",\"path\":\"/count\"},{\"op\":\"add\",\"path\":\"/a~1b~0c\",\"value\":null}],\"version\":2"));
    socket.receive(push(prefix + "record-deleted", "\"version\":2"));

    assertThat(log.told)
        .containsExactly(
            "initial null@0",
            "update {\"count\":1}@1 by 1",
            "update {\"a/b~c\":null}@2 by 2",
            "deleted null@2");
  }

  @Test
  void gapHasTheRecordReadAgainOnce() {
    FakeSocket socket = subscribed();

    socket.receive(patch(4));
    socket.receive(patch(5));
    assertThat(socket.takeOne()).contains("\"id\":2,\"command\":\"mesh/subscribe-record\"");
    socket.receive(snapshot(2, "mesh/", "{\"n\":5}", 5));
    socket.receive(patch(6));

    assertThat(log.told)
        .containsExactly("initial {}@1", "resync {\"n\":5}@5", "update {\"n\":6}@6 by 1");
  }

  @Test
  void valueToldAgainIsDroppedAndAnOlderOneReadAgain() {
    FakeSocket socket = subscribed();

    socket.receive(push("mesh/record-update", "\"full\":{},\"version\":1"));
    socket.receive(push("mesh/record-update", "\"full\":{\"n\":3},\"version\":3"));
    assertThat(socket.takeSent()).isEmpty();
    socket.receive(push("mesh/record-update", "\"full\":{\"n\":2},\"version\":2"));
    assertThat(socket.takeOne()).contains("\"id\":2,\"command\":\"mesh/subscribe-record\"");
    socket.receive(snapshot(2, "mesh/", "{\"n\":3}", 3));

    assertThat(log.told).containsExactly("initial {}@1", "update {\"n\":3}@3");
  }

  @Test
  void whatComesBeforeTheAnswerFollowsIt() {
    FakeSocket socket = greeted("mesh/");
    rig.run(rig.client.subscribeRecord("doc:2", log, RecordMode.PATCH));

    socket.receive(patch(2));
    socket.receive(patch(3));
    socket.receive(snapshot(1, "mesh/", "{\"n\":2}", 2));

    assertThat(log.told).containsExactly("initial {\"n\":2}@2", "update {\"n\":3}@3 by 1");
  }

  @Test
  void afterAReconnectOnlyWhatIsDifferentIsTold() {
    FakeSocket socket = subscribed();

    FakeSocket next = rig.reconnected(socket, Frames.MESH_ASSIGN_ID);
    next.receive(snapshot(1, "mesh/", "{}", 1));
    FakeSocket third = rig.reconnected(next, Frames.MESH_ASSIGN_ID);
    third.receive(snapshot(1, "mesh/", "{\"n\":1}", 1)); // of a server that began anew

    assertThat(log.told).containsExactly("initial {}@1", "resync {\"n\":1}@1");
  }

  @Test
  void refusedByAnAnswer() {
    FakeSocket socket = greeted("mesh/");
    CompletableFuture<?> refused =
        rig.run(rig.client.subscribeRecord("doc:9", log, RecordMode.FULL));

    socket.receive(legacyReply(1, "mesh/" + SUBSCRIBE, "{\"success\":false}"));

    assertFailed(refused, "EACCESS");
  }

  @Test
  void writesHaveStrategiesButNoConditions() {
    FakeSocket socket = greeted("mesh/");
    CompletableFuture<RecordVersion> merged =
        rig.run(
            rig.client.publishRecordUpdate(
                "w:1", Map.of("z", 2), WriteOptions.defaults().withStrategy(WriteStrategy.MERGE)));
    CompletableFuture<?> upon =
        rig.run(rig.client.publishRecordUpdate("w:2", 1, WriteOptions.defaults().withIfVersion(3)));

    assertThat(socket.takeOne())
        .isEqualTo(
            "{\"id\":1,\"command\":\"mesh/publish-record-update\",\"payload\":{\"recordId\":\"w:1\",\"newValue\":{\"z\":2},\"options\":{\"strategy\":\"merge\"}}}");
    socket.receive(legacyReply(1, "mesh/publish-record-update", "{\"success\":true}"));
    assertThat(merged).isCompletedWithValue(RecordVersion.NONE);
    assertFailed(upon, "ENOTFOUND");
  }

  @Test
  void updatesAreTakenBack() {
    FakeSocket socket = greeted("mesh/");
    CompletableFuture<RecordSubscription<JsonNode>> subscribed =
        rig.run(rig.client.subscribeRecord("doc:2", log, RecordMode.FULL));
    socket.receive(snapshot(1, "mesh/", "1", 1));
    socket.takeSent();

    CompletableFuture<RecordVersion> done = rig.run(subscribed.join().update(value -> value));

    assertFailed(done, "ENOTFOUND");
    assertThat(socket.takeSent()).isEmpty();
  }

  private FakeSocket greeted(String prefix) {
    if (prefix.isEmpty()) {
      rig = new ClientRig(builder -> builder.generation(Generation.BARE));
    }
    rig.client.connect();
    FakeSocket socket = rig.connector.next().accept();
    if (!prefix.isEmpty()) {
      socket.receive(prefix.equals("mesh/") ? Frames.MESH_ASSIGN_ID : Frames.RT_ASSIGN_ID);
    }
    return socket;
  }

  private FakeSocket subscribed() {
    FakeSocket socket = greeted("mesh/");
    rig.run(rig.client.subscribeRecord("doc:2", log, RecordMode.PATCH));
    socket.receive(snapshot(1, "mesh/", "{}", 1));
    socket.takeSent();
    return socket;
  }

  private static String snapshot(long id, String prefix, String value, long version) {
    return legacyReply(
        id,
        prefix + SUBSCRIBE,
        "{\"success\":true,\"record\":%s,\"version\":%d}".formatted(value, version));
  }

  private static String patch(long version) {
    return push(
        "mesh/record-update",
        "\"patch\":[{\"op\":\"add\",\"path\":\"/n\",\"value\":%d}],\"version\":%d"
            .formatted(version, version));
  }

  private static String push(String command, String more) {
    return "{\"command\":\"%s\",\"payload\":{\"recordId\":\"doc:2\",%s}}".formatted(command, more);
  }
}
