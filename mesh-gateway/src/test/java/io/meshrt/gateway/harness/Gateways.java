// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.harness;

import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.MeshClientBuilder;
import io.meshrt.testkit.RawWebSocket;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What tests do with gateways. */
public final class Gateways {
  private static final int PATIENCE_SECONDS = 60;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private Gateways() {}

  /** What a future completes with. */
  public static <T> T result(CompletableFuture<T> future) throws Exception {
    return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** A client of a gateway on this machine. */
  public static MeshClientBuilder client(int port) {
    return MeshClient.builder("ws://127.0.0.1:" + port);
  }

  /** A client that has connected. */
  public static MeshClient connected(int port) throws Exception {
    MeshClient client = client(port).build();
    result(client.connect());
    return client;
  }

  /** A client that has connected, and authenticated with a token. */
  public static MeshClient authenticated(int port, String token) throws Exception {
    MeshClient client = connected(port);
    result(client.authenticate(Map.of("token", token)));
    return client;
  }

  /** A plain socket that speaks the current protocol and has read its welcome. */
  public static RawWebSocket greeted(int port) throws IOException {
    RawWebSocket socket = RawWebSocket.to(port).subprotocol("mesh.v1").open();
    if (!answer(socket).contains("mesh/welcome")) {
      throw new IOException("no welcome");
    }
    return socket;
  }

  /** The next frame that is not a ping. */
  public static String answer(RawWebSocket socket) throws IOException {
    String text;
    do {
      text = socket.readText();
    } while (text != null && text.contains("\"command\":\"ping\""));
    if (text == null) {
      throw new IOException("closed");
    }
    return text;
  }

  /** What a page answers. */
  public static HttpResponse<String> page(int port, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return HTTP.send(
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(PATIENCE_SECONDS)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Waits until a gateway wants clients. */
  public static void awaitReady(int port) {
    await("ready")
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .ignoreException(IOException.class)
        .until(() -> page(port, "/readyz").statusCode() == 200);
  }
}
