// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.Generation;
import io.meshrt.client.MeshClient;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.patch.JsonEquality;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever is JSON goes through clients of all generations, and comes out of all of them. */
abstract class ClientValuesSuite extends RecordSuite {
  private static final int LIMIT = 256 * 1024;

  private final List<MeshClient> clients = new ArrayList<>();
  private final List<RecordSubscription<JsonNode>> followers = new ArrayList<>();

  @AfterEach
  final void disconnect() {
    clients.forEach(MeshClient::close);
  }

  @Test
  void everyKindOfValueFollowsEveryOther() throws Exception {
    follow(
        "4",
        "true",
        "{}",
        "[]",
        "null",
        "\"\"",
        "{\"a\":null}",
        "[1,2,3]",
        "[]",
        "0.5",
        "{}",
        "\"text\"",
        "null",
        "[null]",
        "{\"a\":[{}]}",
        "false");
  }

  @Test
  void oddKeysArePatched() throws Exception {
    follow(
        "{\"a/b~c\":1,\"\":2,\"0\":3,\"=\":4,\"ä€😀\":5,\"~1\":6}",
        "{\"a/b~c\":2,\"\":{\"\":1},\"0\":[3],\"=\":null,\"ä€😀\":6,\"~1\":[]}",
        "{\"\":{\"\":2},\"0\":[],\"01\":1,\"a=b\":{\"/\":{\"~0\":1}}}",
        "{\"\":{},\"0\":[0],\"1\":1,\"a=b\":{\"/\":{\"~0\":2}}}");
  }

  @Test
  void valuesAtTheLimitFollowEachOther() throws Exception {
    String large = "\"" + "x".repeat(LIMIT - 2) + "\"";
    String other = "\"" + "y".repeat(LIMIT - 2) + "\"";

    follow(large, "1", other, large);
  }

  @Test
  void reversedArraysArrive() throws Exception {
    String ascending = array(IntStream.range(0, 20_000));
    String descending = array(IntStream.range(0, 20_000).map(i -> 19_999 - i));

    follow(ascending, descending, ascending);
  }

  private static String array(IntStream numbers) {
    return numbers.mapToObj(Integer::toString).collect(Collectors.joining(",", "[", "]"));
  }

  /** Has them written by a client of each generation in turn, and waits for each everywhere. */
  private void follow(String... values) throws Exception {
    for (Generation generation : Generation.values()) {
      for (RecordMode mode : RecordMode.values()) {
        MeshClient client = open(generation);
        followers.add(
            Outcomes.result(client.subscribeRecord("doc:v", JsonNode.class, update -> {}, mode)));
      }
    }
    for (int i = 0; i < values.length; i++) {
      JsonNode value = V1Socket.JSON.readTree(values[i]);
      MeshClient writer = clients.get(i % clients.size());
      Outcomes.result(writer.publishRecordUpdate("doc:v", value));
      long version = i + 1L;
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  followers.stream().allMatch(one -> one.current().version().number() == version));
      for (RecordSubscription<JsonNode> follower : followers) {
        assertThat(JsonEquality.same(value, follower.value())).as(values[i]).isTrue();
      }
    }
  }

  private MeshClient open(Generation generation) throws Exception {
    MeshClient client =
        Local.connected(
            MeshClient.builder("ws://127.0.0.1:" + node(clients.size()).port())
                .generation(generation));
    clients.add(client);
    return client;
  }
}
