// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.server.MeshHttpHandler;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.UpgradeRequest;
import io.meshrt.server.connection.Connection;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import io.undertow.Undertow;
import io.undertow.server.handlers.PathHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A page, a health check and the socket of one HTTP server. */
class EmbeddedServerIT {
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<UpgradeRequest> requests = new CopyOnWriteArrayList<>();
  private MeshServer server;
  private Undertow undertow;
  private int port;

  @BeforeEach
  void start() {
    server =
        MeshServer.builder()
            .path("/socket")
            .authentication(
                request -> {
                  requests.add(request);
                  return Authentication.anonymous();
                })
            .build();
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
  void onlyItsOwnPathIsUpgraded() {
    for (String path : List.of("/", "/sockets", "/socket/", "/nothing")) {
      assertThatThrownBy(() -> RawWebSocket.to(port).path(path).open())
          .as(path)
          .isInstanceOf(RawWebSocket.UpgradeRefused.class);
    }
    assertThat(server.connections().count()).isZero();
  }

  /** Headers are for whoever decides about the upgrade; a connection keeps the rest. */
  @Test
  void requestIsTold() throws Exception {
    try (RawWebSocket socket =
        RawWebSocket.to(port).path("/socket?room=a%20b&x=1").header("X-Trace", "t1").open()) {
      assertThat(socket.readText()).isNotNull();
      Connection connection = server.connections().list().get(0);

      assertThat(connection.path()).isEqualTo("/socket");
      assertThat(connection.queryString()).isEqualTo("room=a%20b&x=1");
      assertThat(connection.remoteAddress()).isEqualTo("127.0.0.1");
      UpgradeRequest request = requests.get(0);
      assertThat(request.path()).isEqualTo("/socket");
      assertThat(request.header("x-trace")).contains("t1");
      assertThat(request.queryParameter("room")).contains("a b");
      assertThat(request.remoteAddress()).isEqualTo("127.0.0.1");
      assertThat(request.secure()).isFalse();
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
