// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.Metadata;
import io.meshrt.tests.harness.Outcomes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Metadata of connections and rooms, from every node and from clients. */
abstract class MetadataSuite extends ClusterSuite {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  final void setUp(MeshServer server) {
    server.exposeRoomMetadata(Pattern.compile("open.*"), (connection, room) -> true);
    server.exposeOwnMetadataWrites((connection, id) -> connection.identity().isPresent());
    server.exposeConnectionMetadata((connection, id) -> connection.identity().isPresent());
  }

  private Metadata room(int node, String room) {
    return node(node).rooms().metadata(room);
  }

  private Metadata connection(int node, MeshClient client) {
    return node(node).connections().metadata(id(client));
  }

  private static JsonNode json(String text) throws Exception {
    return JSON.readTree(text.replace('\'', '"'));
  }

  @Test
  void changesOfOneNodeAreReadOnTheOther() throws Exception {
    MeshClient ann = client(1);
    for (Metadata metadata : List.of(connection(0, ann), room(0, "lobby"))) {
      assertThat(Outcomes.result(metadata.get())).isEmpty();
      Outcomes.result(metadata.set(Map.of("a", 1, "n", Map.of("x", 1))));
      Outcomes.result(metadata.update(Map.of("b", 2)));
      assertThat(Outcomes.result(metadata.get())).contains(json("{'a':1,'b':2,'n':{'x':1}}"));
      Outcomes.result(metadata.deepMerge(Map.of("n", Map.of("y", 2))));
    }

    JsonNode merged = json("{'a':1,'b':2,'n':{'x':1,'y':2}}");
    assertThat(Outcomes.result(connection(1, ann).get())).contains(merged);
    assertThat(Outcomes.result(room(1, "lobby").get())).contains(merged);
    assertThat(Outcomes.result(node(1).rooms().allMetadata())).isEqualTo(Map.of("lobby", merged));
    Outcomes.result(connection(0, ann).update(Map.of("n", 3)));
    Outcomes.result(room(1, "lobby").set("text"));
    Outcomes.result(room(0, "lobby").update(Map.of("k", "object over a text")));
    assertThat(Outcomes.result(connection(1, ann).get())).contains(json("{'a':1,'b':2,'n':3}"));
    assertThat(Outcomes.result(room(1, "lobby").get()))
        .contains(json("{'k':'object over a text'}"));
    Outcomes.result(connection(0, ann).remove());
    Outcomes.result(room(1, "lobby").remove());
    assertThat(Outcomes.result(connection(1, ann).get())).isEmpty();
    assertThat(Outcomes.result(room(0, "lobby").get())).isEmpty();
    assertThat(Outcomes.result(node(0).rooms().allMetadata())).isEmpty();
  }

  @Test
  void nullIsAValue() throws Exception {
    MeshClient ann = client(1);

    Outcomes.result(connection(0, ann).set(null));
    Outcomes.result(room(0, "lobby").set(null));

    assertThat(Outcomes.result(connection(1, ann).get())).contains(json("null"));
    assertThat(Outcomes.result(room(1, "lobby").get())).contains(json("null"));
  }

  @Test
  void mergesFromTwoNodesAreAllKept() throws Exception {
    MeshClient ann = client(1);
    List<CompletableFuture<Void>> merges = new ArrayList<>();

    for (int i = 0; i < 12; i++) {
      Map<String, ?> patch = Map.of("n", Map.of("k" + i, i));
      merges.add(room(i, "lobby").deepMerge(patch));
      merges.add(connection(i, ann).deepMerge(patch));
    }
    for (CompletableFuture<Void> merge : merges) {
      Outcomes.result(merge);
    }

    assertThat(Outcomes.result(room(0, "lobby").get()).orElseThrow().get("n")).hasSize(12);
    assertThat(Outcomes.result(connection(0, ann).get()).orElseThrow().get("n")).hasSize(12);
  }

  @Test
  void whatIsTooLargeIsRefusedAndChangesNothing() throws Exception {
    MeshClient ann = client(1);
    Outcomes.result(connection(0, ann).set("x".repeat(198)));
    Outcomes.result(room(0, "lobby").set("x".repeat(298)));

    assertThat(Outcomes.code(connection(0, ann).set("y".repeat(199)))).isEqualTo("ETOOLARGE");
    assertThat(Outcomes.code(room(1, "lobby").set("y".repeat(299)))).isEqualTo("ETOOLARGE");

    assertThat(Outcomes.result(connection(1, ann).get(String.class))).contains("x".repeat(198));
    assertThat(Outcomes.result(room(0, "lobby").get(String.class))).contains("x".repeat(298));
  }

  @Test
  void metadataOfAConnectionGoesWithIt() throws Exception {
    MeshClient ann = client(1);
    Metadata ofAnn = connection(0, ann);
    Outcomes.result(ofAnn.set("here"));

    ann.close();

    await().until(() -> Outcomes.result(ofAnn.get()).isEmpty());
    assertThat(Outcomes.code(ofAnn.set("again"))).isEqualTo("ENOTFOUND");
  }

  @Test
  void clientsReadAndWriteWhatIsExposed() throws Exception {
    MeshClient ann = client(0, "ann");
    MeshClient bob = client(1);
    Outcomes.result(room(1, "open house").set("welcome"));
    Outcomes.result(connection(0, bob).set(Map.of("name", "Bob")));

    assertThat(Outcomes.result(ann.rooms().metadata("open house").get(String.class)))
        .contains("welcome");
    assertThat(Outcomes.code(ann.rooms().metadata("closed house").get())).isEqualTo("EACCESS");
    assertThat(Outcomes.result(ann.metadata().of(id(bob)).get())).contains(json("{'name':'Bob'}"));
    assertThat(Outcomes.code(bob.metadata().of(id(ann)).get())).isEqualTo("EACCESS");
    assertThat(Outcomes.result(bob.metadata().get())).contains(json("{'name':'Bob'}"));
    assertThat(Outcomes.code(bob.metadata().set(1))).isEqualTo("EACCESS");
    Outcomes.result(ann.metadata().set(Map.of("a", 1)));
    Outcomes.result(ann.metadata().update(Map.of("b", 2)));
    assertThat(Outcomes.result(connection(1, ann).get())).contains(json("{'a':1,'b':2}"));
  }
}
