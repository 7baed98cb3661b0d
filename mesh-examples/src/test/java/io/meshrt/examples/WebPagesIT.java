// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.MeshClient;
import io.meshrt.server.InMemoryNetwork;
import io.meshrt.server.MeshServer;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The server behind the pages gives what they ask for. */
class WebPagesIT {
  private static final Pattern USED = Pattern.compile("(?:href|src|from|import)[= ]+\"([^\"#]+)\"");

  @Test
  void everyFileThatAPageUsesIsServed() throws Exception {
    try (WebPages pages = WebPages.start(MeshServer.builder(), 0)) {
      TreeSet<String> open = new TreeSet<>(List.of("/"));
      TreeSet<String> seen = new TreeSet<>();
      while (!open.isEmpty()) {
        String path = open.pollFirst();
        seen.add(path);
        HttpResponse<String> file = get(pages, path);
        assertThat(file.statusCode()).as(path).isEqualTo(200);
        if (path.startsWith("/mesh/")) {
          continue;
        }
        assertThat(file.headers().firstValue("Content-Security-Policy").orElseThrow())
            .contains("default-src 'self'");
        Matcher used = USED.matcher(file.body());
        while (used.find()) {
          String next = URI.create(path).resolve(used.group(1)).getPath();
          if (!seen.contains(next)) {
            open.add(next);
          }
        }
      }
      assertThat(seen)
          .contains("/chat.html", "/board.html", "/chat.js", "/board.js", "/page.js")
          .contains("/style.css", "/chat.css", "/board.css", "/icon.svg", "/mesh/mesh.js");
    }
  }

  @Test
  void aRoomIsTheRoomsThatTheServerTellsOf() throws Exception {
    try (WebPages pages = WebPages.start(MeshServer.builder(), 0);
        MeshClient client = connected(pages)) {
      for (JsonNode name : client.command("chat/rooms", null, JsonNode.class).join()) {
        String room = name.asText();
        assertThat(client.rooms().join(room).join()).hasSize(1);
        client.publish("chat:" + room, Map.of("by", "Ann", "text", "hello")).join();
        assertThat(pages.server().presence().members(room).join()).hasSize(1);
      }
      assertThatThrownBy(() -> client.rooms().join("cellar").join())
          .hasMessageContaining("EACCESS");
    }
  }

  @Test
  void theBoardOutlivesANodeAsLongAsTheNetworkDoes() throws Exception {
    InMemoryNetwork network = new InMemoryNetwork();
    try (WebPages other = WebPages.start(MeshServer.builder().inMemory(network), 0)) {
      try (WebPages pages = WebPages.start(MeshServer.builder().inMemory(network), 0)) {
        pages.server().publishRecordUpdate("board:party", Map.of("cards", Map.of())).join();
      }
      WebPages.start(MeshServer.builder().inMemory(network), 0).close();

      JsonNode board =
          other.server().getRecord("board:party", JsonNode.class).join().orElseThrow().value();
      assertThat(board.path("cards").size()).isZero();
    }
  }

  @Test
  void aPortThatIsTakenFailsTheStart() {
    try (WebPages pages = WebPages.start(MeshServer.builder(), 0)) {
      assertThatThrownBy(() -> WebPages.start(MeshServer.builder(), pages.port()))
          .hasRootCauseInstanceOf(BindException.class);
    }
  }

  private static MeshClient connected(WebPages pages) throws Exception {
    MeshClient client = MeshClient.builder("ws://127.0.0.1:" + pages.port() + "/socket").build();
    client.connect().get(30, TimeUnit.SECONDS);
    return client;
  }

  private static HttpResponse<String> get(WebPages pages, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + pages.port() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
