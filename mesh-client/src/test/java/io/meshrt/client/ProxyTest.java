// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.ScriptedServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The way through an HTTP proxy. */
class ProxyTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final List<String> requests = new CopyOnWriteArrayList<>();

  @Test
  void proxyIsAskedForTheServerAndThenPassesOn() throws Exception {
    try (ScriptedServer proxy =
            new ScriptedServer(
                peer -> {
                  requests.add(peer.readRequest());
                  peer.sendRaw("HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n");
                  peer.upgradeAndWelcome();
                  requests.add(peer.request());
                  peer.echoForEver();
                });
        MeshClient client =
            MeshClient.builder("ws://server.example/socket")
                .proxy(ProxySelector.of(address(proxy)))
                .proxyHeader("Proxy-Authorization", "Basic eDp5")
                .header("X-App", "a")
                .build()) {
      assertThat(outcome(client.connect())).isCompleted();
      assertThat(outcome(client.command("echo", "x", String.class))).isCompletedWithValue("x");

      assertThat(requests.get(0))
          .startsWith("CONNECT server.example:80 HTTP/1.1\r\nHost: server.example:80\r\n")
          .contains("Proxy-Authorization: Basic eDp5\r\n")
          .doesNotContain("X-App");
      assertThat(requests.get(1))
          .startsWith("GET /socket HTTP/1.1\r\nHost: server.example\r\n")
          .contains("X-App: a\r\n")
          .doesNotContain("Proxy-Authorization");
    }
  }

  @Test
  void refusalOfTheProxyIsNotOneOfTheServer() throws Exception {
    try (ScriptedServer proxy = new ScriptedServer(peer -> peer.refuse(407));
        MeshClient client =
            MeshClient.builder("wss://server.example")
                .proxy(ProxySelector.of(address(proxy)))
                .build()) {
      Throwable failure = failure(outcome(client.connect()));

      assertThat(failure).hasMessage("No connection: the proxy answered 407");
      assertThat(((ConnectionFailedException) failure).httpStatus()).isEmpty();
      assertThat(proxy.connections()).isEqualTo(1);
    }
  }

  @Test
  void selectorIsAskedBeforeEachAttemptAndMaySayDirect() throws Exception {
    List<URI> asked = new CopyOnWriteArrayList<>();
    ProxySelector direct =
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            asked.add(uri);
            return List.of(Proxy.NO_PROXY);
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        };
    try (ScriptedServer server = new ScriptedServer(peer -> peer.refuse(503));
        MeshClient client = MeshClient.builder(server.uri()).proxy(direct).build()) {
      assertThat(outcome(client.connect())).isCompletedExceptionally();
      assertThat(outcome(client.connect())).isCompletedExceptionally();

      URI http = URI.create(server.uri().replace("ws:", "http:"));
      assertThat(asked).containsExactly(http, http);
    }
  }

  @Test
  void failingSelectorFailsTheAttempt() throws Exception {
    ProxySelector broken =
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            throw new IllegalStateException("broken");
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        };
    try (MeshClient client = MeshClient.builder("ws://server.example").proxy(broken).build()) {
      Throwable failure = failure(outcome(client.connect()));

      assertThat(failure).hasMessage("No connection: the proxy selector failed");
    }
  }

  private static InetSocketAddress address(ScriptedServer server) {
    URI uri = URI.create(server.uri());
    return new InetSocketAddress(uri.getHost(), uri.getPort());
  }

  private static <T> CompletableFuture<T> outcome(CompletableFuture<T> future) throws Exception {
    Object unused =
        future.handle((value, failure) -> "done").get(SOON.toSeconds(), TimeUnit.SECONDS);
    return future;
  }
}
