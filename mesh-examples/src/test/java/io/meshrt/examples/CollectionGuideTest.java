// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshrt.client.MeshClient;
import io.meshrt.examples.CollectionGuide.Task;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page about collections says what happens. */
class CollectionGuideTest {
  private final MeshServer server =
      MeshServer.builder()
          .host("127.0.0.1")
          .port(0)
          .authentication(
              AuthenticationOptions.defaults()
                  .withMessage((credentials, who) -> Authentication.accept(Identity.of("anna"))))
          .build();

  @BeforeEach
  void start() {
    CollectionGuide.queries(server);
    CollectionGuide.patterns(server);
    CollectionGuide.resolver(server);
    server.start();
    write("task:1", new Task("anna", 1, false));
    write("task:2", new Task("otto", 3, false));
    write("task:3", new Task("anna", 2, true));
    write("task:4", new Task("anna", 9, false));
    write("favourites:anna", List.of("task:2", "task:3"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void clientsGetTheRecordsOfTheirCollections() {
    try (MeshClient client = MeshClient.builder("ws://127.0.0.1:" + server.port()).build()) {
      get(client.connect());
      assertThat(ids(client, "tasks")).containsExactly("task:1", "task:2", "task:3", "task:4");
      get(client.authenticate(Map.of()));

      assertThat(ids(client, "urgent")).containsExactly("task:4", "task:2", "task:1");
      assertThat(ids(client, "tasks-of:anna")).containsExactly("task:1", "task:3", "task:4");
      assertThat(ids(client, "favourites")).containsExactly("task:2", "task:3");
    }
  }

  private static List<String> ids(MeshClient client, String collection) {
    JsonNode reply =
        get(
            client.command(
                "mesh/subscribe-collection",
                JsonNodeFactory.instance.objectNode().put("collectionId", collection),
                JsonNode.class));
    List<String> ids = new ArrayList<>();
    reply.get("records").forEach(record -> ids.add(record.get("id").asText()));
    return ids;
  }

  private void write(String id, Object value) {
    var unused = get(server.publishRecordUpdate(id, value));
  }

  private static <T> T get(CompletableFuture<T> future) {
    return future.orTimeout(10, TimeUnit.SECONDS).join();
  }
}
