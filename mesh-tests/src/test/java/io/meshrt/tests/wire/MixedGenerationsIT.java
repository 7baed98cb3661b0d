// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServer;
import io.meshrt.tests.harness.LegacySocket;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One older connection under several prefixes: the last subscription to something counts. */
class MixedGenerationsIT {
  private MeshServer server;
  private LegacySocket client;

  @BeforeEach
  void start() throws Exception {
    server = Local.server().build();
    server.exposeChannel("news");
    server.exposeRecord("doc");
    server.exposeRoom("lobby");
    server.trackPresence("lobby");
    server.exposeCollection(
        "docs", (connection, id) -> CompletableFuture.completedFuture(List.of("doc", "other")));
    server.start();
    client = LegacySocket.open(server.port());
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({"mesh/, rt/", "rt/, mesh/", "mesh/, ''", "'', rt/"})
  void messagesBearThePrefixOfTheLastSubscription(String first, String last) throws Exception {
    subscribe(first, "channel", Map.of("channel", "news"));
    subscribe(last, "channel", Map.of("channel", "news"));

    Outcomes.result(server.publishToChannel("news", "hello"));

    assertPush(last + "subscription-message", "{'channel':'news','message':'hello'}");
    assertThat(client.ask("mesh/unsubscribe-channel", Map.of("channel", "news")).asBoolean())
        .isTrue();
    assertThat(client.ask("rt/unsubscribe-channel", Map.of("channel", "news")).asBoolean())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({"mesh/, rt/", "rt/, mesh/", "mesh/, ''", "'', rt/"})
  void updatesBearThePrefixOfTheLastSubscription(String first, String last) throws Exception {
    subscribe(first, "record", Map.of("recordId", "doc", "mode", "patch"));
    subscribe(last, "record", Map.of("recordId", "doc"));

    Outcomes.result(server.publishRecordUpdate("doc", Map.of("n", 1)));
    assertPush(last + "record-update", "{'recordId':'doc','full':{'n':1},'version':1}");
    Outcomes.result(server.deleteRecord("doc"));
    assertPush(last + "record-deleted", "{'recordId':'doc','version':1}");
  }

  @ParameterizedTest
  @CsvSource({"mesh/, rt/", "rt/, mesh/", "mesh/, ''", "'', rt/"})
  void presenceBearsThePrefixOfTheLastSubscription(String first, String last) throws Exception {
    subscribe(first, "presence", Map.of("roomName", "lobby"));
    subscribe(last, "presence", Map.of("roomName", "lobby"));

    Outcomes.result(server.rooms().join("lobby", client.connectionId()));

    JsonNode push = client.nextPush();
    assertThat(push.get("command").asText()).isEqualTo(last + "presence-update");
    assertThat(push.at("/payload/connectionId").asText()).isEqualTo(client.connectionId());
    assertThat(push.at("/payload/timestamp").isNumber()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"mesh/, rt/", "rt/, mesh/"})
  void collectionsBearThePrefixOfTheLastSubscription(String first, String last) throws Exception {
    subscribe(first, "collection", Map.of("collectionId", "docs"));
    subscribe(last, "collection", Map.of("collectionId", "docs"));

    Outcomes.result(server.publishRecordUpdate("doc", Map.of("n", 1)));

    assertPush(
        last + "collection-diff",
        "{'collectionId':'docs','added':[{'n':1,'id':'doc'}],'removed':[],'version':2}");
    assertPush(last + "record-update", "{'recordId':'doc','version':1,'full':{'n':1}}");
  }

  @Test
  void subscriptionsToDifferentThingsEachBearTheirOwn() throws Exception {
    subscribe("mesh/", "channel", Map.of("channel", "news"));
    subscribe("rt/", "record", Map.of("recordId", "doc"));

    Outcomes.result(server.publishToChannel("news", Map.of("a", 1)));
    assertPush("mesh/subscription-message", "{'channel':'news','message':'{\\'a\\':1}'}");
    Outcomes.result(server.publishRecordUpdate("doc", 7));
    assertPush("rt/record-update", "{'recordId':'doc','full':7,'version':1}");
  }

  private void subscribe(String prefix, String kind, Map<String, ?> what) throws Exception {
    assertThat(client.ask(prefix + "subscribe-" + kind, what).path("success").asBoolean()).isTrue();
  }

  private void assertPush(String name, String payload) throws Exception {
    JsonNode push = client.nextPush();

    assertThat(push.get("command").asText()).isEqualTo(name);
    assertThat(push.get("payload")).isEqualTo(V1Socket.JSON.readTree(payload.replace('\'', '"')));
  }
}
