// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.server.MeshHttpHandler;
import io.meshrt.server.MeshServer;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import io.undertow.Undertow;
import io.undertow.server.handlers.PathHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A page, a health check and the socket of one HTTP server. */
class EmbeddedServerIT {
  private final HttpClient http = HttpClient.newHttpClient();
  private MeshServer server;
  private Undertow undertow;
  private int port;

  @BeforeEach
  void start() {
    server = MeshServer.builder().path("/socket").build();
    server.registerCommand("echo", ctx -> ctx.rawPayload());
    PathHandler pages =
        new PathHandler()
            .addExactPath("/", exchange -> exchange.getResponseSender().send("the page"))
            .addExactPath("/health", exchange -> exchange.getResponseSender().send("well"));
    undertow =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setHandler(new MeshHttpHandler(server, pages))
            .build();
    undertow.start();
    port = ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
  }

  @AfterEach
  void stop() {
    server.close();
    undertow.stop();
  }

  @Test
  void pageHealthAndSocketShareOnePort() throws Exception {
    try (MeshClient client = Local.connected(MeshClient.builder(uri("/socket")))) {
      assertThat(Outcomes.result(client.command("echo", "on", String.class))).isEqualTo("on");
      assertThat(get("/")).isEqualTo("200 the page");
      assertThat(get("/health")).isEqualTo("200 well");
      assertThat(get("/nothing")).startsWith("404");
    }
  }

  @Test
  void pagesOutliveTheServerBesideThem() throws Exception {
    try (MeshClient client =
        Local.connected(MeshClient.builder(uri("/socket")).reconnect(ReconnectPolicy.off()))) {
      server.close();

      assertThat(get("/health")).isEqualTo("200 well");
      assertThat(Outcomes.code(client.command("echo", "on", String.class)))
          .isIn("CONNECTION_LOST", "EUNAVAILABLE");
    }
  }

  private String uri(String path) {
    return "ws://127.0.0.1:" + port + path;
  }

  private String get(String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    var response = http.send(request, BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }
}
