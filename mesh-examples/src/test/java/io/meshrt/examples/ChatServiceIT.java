// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.server.InMemoryNetwork;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.dispatch.MeshDispatcher;
import io.meshrt.testkit.MeshCluster;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The service beside two servers, whose users are told what happens. */
class ChatServiceIT {
  @Test
  void usersOfTheChatAreToldWhatHappensThereAndEverybodyOfNotices() throws Exception {
    InMemoryNetwork network = new InMemoryNetwork();
    try (MeshCluster cluster =
            MeshCluster.inMemory(
                2,
                network,
                builder ->
                    builder.authentication(
                        request ->
                            Authentication.accept(
                                Identity.of(request.bearerToken().orElse("nobody")))),
                server -> {});
        MeshDispatcher dispatcher = MeshDispatcher.connect(network)) {
      List<String> ann = new CopyOnWriteArrayList<>();
      List<String> bob = new CopyOnWriteArrayList<>();
      MeshClient annsClient = client(cluster, 0, "ann", ann);
      client(cluster, 1, "bob", bob);
      ChatService service = new ChatService(dispatcher);
      await()
          .until(
              () -> {
                dispatcher.sendToIdentities(List.of("ann", "bob"), "NEW_MESSAGE", null).join();
                return ann.contains("ready") && bob.contains("ready");
              });

      for (String line :
          List.of(
              "join ann",
              "say ann Is anybody here?",
              "join bob",
              "say bob I am.",
              "leave bob",
              "say ann Bye",
              "notice closing",
              "ban ann")) {
        service.on(line).get(30, TimeUnit.SECONDS);
      }

      await().until(() -> annsClient.status() == ClientStatus.DISCONNECTED);
      await().until(() -> bob.contains("NOTICE closing"));
      await()
          .untilAsserted(
              () ->
                  assertThat(ann)
                      .filteredOn(text -> !text.equals("ready"))
                      .containsSubsequence(
                          "USER_JOIN ann",
                          "NEW_MESSAGE ann Is anybody here?",
                          "USER_JOIN bob",
                          "NEW_MESSAGE bob I am.",
                          "USER_LEAVE bob",
                          "NEW_MESSAGE ann Bye"));
      await().until(() -> bob.contains("NEW_MESSAGE bob I am."));
      assertThat(bob)
          .containsSubsequence("USER_JOIN bob", "NEW_MESSAGE bob I am.")
          .doesNotContain("NEW_MESSAGE ann Is anybody here?", "NEW_MESSAGE ann Bye");
    }
  }

  private static MeshClient client(MeshCluster cluster, int node, String name, List<String> heard)
      throws Exception {
    MeshClient client =
        cluster.client(node, builder -> builder.header("Authorization", "Bearer " + name));
    // One listener hears all names in their order; several would hear each name in its own.
    client.onAnyMessage((event, said) -> heard.add(text(event, said)));
    return client;
  }

  private static String text(String event, JsonNode said) {
    if (said.isNull()) {
      return "ready";
    }
    return said.isTextual()
        ? event + " " + said.asText()
        : (event + " " + said.path("by").asText() + " " + said.path("text").asText()).strip();
  }
}
