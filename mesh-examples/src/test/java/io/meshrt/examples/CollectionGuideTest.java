// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshrt.examples.CollectionGuide.Task;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
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
  private final Frames frames = new Frames();
  private WebSocket socket;

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
    socket =
        get(
            HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("mesh.v1")
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port()), frames));
  }

  @AfterEach
  void close() {
    socket.abort();
    server.close();
  }

  @Test
  void clientsGetTheRecordsOfTheirCollections() throws Exception {
    assertThat(ids(1, "tasks")).containsExactly("task:1", "task:2", "task:3", "task:4");
    assertThat(ask(2, "mesh/authenticate", "{\"credentials\":{}}").at("/payload/identity").asText())
        .isEqualTo("anna");

    assertThat(ids(3, "urgent")).containsExactly("task:4", "task:2", "task:1");
    assertThat(ids(4, "tasks-of:anna")).containsExactly("task:1", "task:3", "task:4");
    assertThat(ids(5, "favourites")).containsExactly("task:2", "task:3");
  }

  private List<String> ids(int id, String collection) throws Exception {
    JsonNode answer =
        ask(id, "mesh/subscribe-collection", "{\"collectionId\":\"" + collection + "\"}");
    List<String> ids = new ArrayList<>();
    answer.at("/payload/records").forEach(record -> ids.add(record.get("id").asText()));
    return ids;
  }

  private JsonNode ask(int id, String command, String payload) throws Exception {
    String request =
        "{\"id\":" + id + ",\"command\":\"" + command + "\",\"payload\":" + payload + "}";
    var unused = get(socket.sendText(request, true));
    JsonNode frame = frames.next();
    while (frame.path("id").asInt() != id) {
      frame = frames.next();
    }
    return frame;
  }

  private void write(String id, Object value) {
    var unused = get(server.publishRecordUpdate(id, value));
  }

  private static <T> T get(CompletableFuture<T> future) {
    return future.orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** What the server says. */
  private static final class Frames implements WebSocket.Listener {
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        texts.add(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    JsonNode next() throws Exception {
      String next = texts.poll(10, TimeUnit.SECONDS);
      assertThat(next).isNotNull();
      return new ObjectMapper().readTree(next);
    }
  }
}
