// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A bare WebSocket client that knows nothing of the protocol. */
final class WebSocketPeer implements WebSocket.Listener {
  private static final int PATIENCE_SECONDS = 20;

  private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder parts = new StringBuilder();
  private WebSocket socket;

  private WebSocketPeer() {}

  static WebSocketPeer v1(MeshServer server) {
    return connect(server, "/", "mesh.v1");
  }

  static WebSocketPeer legacy(MeshServer server) {
    return connect(server, "/", "");
  }

  /** Connects; a refusal is a {@link java.util.concurrent.CompletionException}. */
  static WebSocketPeer connect(MeshServer server, String pathAndQuery, String subprotocol) {
    return connect(server.port(), pathAndQuery, subprotocol);
  }

  /** As {@link #connect(MeshServer, String, String)}, for any server of this machine. */
  static WebSocketPeer connect(int port, String pathAndQuery, String subprotocol) {
    WebSocketPeer peer = new WebSocketPeer();
    WebSocket.Builder builder =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .connectTimeout(Duration.ofSeconds(PATIENCE_SECONDS));
    if (!subprotocol.isEmpty()) {
      builder.subprotocols(subprotocol);
    }
    URI uri = URI.create("ws://127.0.0.1:" + port + pathAndQuery);
    peer.socket = builder.buildAsync(uri, peer).join();
    return peer;
  }

  void send(String text) {
    socket.sendText(text, true).join();
  }

  /** The next text that is no heartbeat. */
  String next() throws InterruptedException {
    while (true) {
      String text = texts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (text == null) {
        throw new AssertionError("nothing came");
      }
      if (!text.contains("\"command\":\"ping\"") && !text.contains("\"command\":\"latency")) {
        return text;
      }
    }
  }

  /** Reads until a text contains this. */
  void awaitText(String part) throws InterruptedException {
    String text = next();
    while (!text.contains(part)) {
      text = next();
    }
  }

  /** What came since. */
  List<String> unread() {
    return List.copyOf(texts);
  }

  /** Leaves. */
  void close() {
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
  }

  /** The close code. */
  int awaitClose() throws Exception {
    return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    parts.append(data);
    if (last) {
      texts.add(parts.toString());
      parts.setLength(0);
    }
    webSocket.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
    closed.complete(statusCode);
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    closed.completeExceptionally(error);
  }
}
