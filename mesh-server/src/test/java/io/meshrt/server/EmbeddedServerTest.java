// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server behind the listener of another one. */
class EmbeddedServerTest {
  private static final HttpHandler PAGE = exchange -> exchange.getResponseSender().send("a page");

  private final MeshServer server = MeshServer.builder().path("/chat").build();
  private Undertow host;

  @BeforeEach
  void startHost() {
    server.registerCommand("echo", ctx -> ctx.payload(String.class));
    host =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setIoThreads(2)
            .setHandler(new MeshHttpHandler(server, PAGE))
            .build();
    host.start();
  }

  @AfterEach
  void stopHost() {
    server.close();
    host.stop();
  }

  @Test
  void oneListenerServesThePageAndTheSocket() throws Exception {
    WebSocketPeer peer = WebSocketPeer.connect(port(), "/chat", "mesh.v1");
    peer.next();
    peer.send("{\"id\":1,\"command\":\"echo\",\"payload\":\"a\"}");

    assertThat(peer.next()).isEqualTo("{\"id\":1,\"payload\":\"a\"}");
    assertThat(page()).isEqualTo("a page");
  }

  @Test
  void closingItLeavesTheOtherServerListening() throws Exception {
    WebSocketPeer peer = WebSocketPeer.connect(port(), "/chat", "mesh.v1");
    peer.next();

    server.close();

    assertThat(peer.awaitClose()).isEqualTo(4001);
    assertThat(page()).isEqualTo("a page");
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> WebSocketPeer.connect(port(), "/chat", "mesh.v1"));
  }

  @Test
  void hasNoListenerOfItsOwn() {
    assertThatIllegalStateException().isThrownBy(server::port);
    assertThatIllegalStateException().isThrownBy(server::start);
  }

  private String page() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port())).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  private int port() {
    return ((InetSocketAddress) host.getListenerInfo().get(0).getAddress()).getPort();
  }
}
