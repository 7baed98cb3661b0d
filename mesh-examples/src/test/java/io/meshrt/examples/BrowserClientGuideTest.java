// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BrowserClientGuideTest {
  @Test
  void everyModuleOfTheJarIsServedBesideConnections() throws Exception {
    try (MeshServer server = BrowserClientGuide.serve().host("127.0.0.1").port(0).build()) {
      server.registerCommand("echo", ctx -> ctx.payload(String.class));
      server.start();

      for (String module :
          List.of("mesh", "connection", "core", "channels", "records", "patch", "rooms", "inbox")) {
        HttpResponse<String> response = get(server, "/mesh/" + module + ".js");
        assertThat(response.statusCode()).as(module).isEqualTo(200);
        assertThat(response.body())
            .as(module)
            .startsWith("// SPDX-License-Identifier")
            .contains("export ");
      }
      assertThat(get(server, "/mesh/package.json").statusCode()).isEqualTo(404);
      assertThat(get(server, "/mesh/mesh.d.ts").statusCode()).isEqualTo(404);
      assertEchoes(server);
    }
  }

  private static void assertEchoes(MeshServer server) throws Exception {
    String url = "ws://127.0.0.1:" + server.port() + "/socket";
    try (MeshClient client = MeshClient.builder(url).build()) {
      client.connect().get(30, TimeUnit.SECONDS);
      assertThat(client.command("echo", "a", String.class).get(30, TimeUnit.SECONDS))
          .isEqualTo("a");
    }
  }

  private static HttpResponse<String> get(MeshServer server, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
