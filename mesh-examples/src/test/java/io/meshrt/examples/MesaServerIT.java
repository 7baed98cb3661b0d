// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.server.MeshServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The page about Mesa says what happens. */
class MesaServerIT {
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  @Test
  void whatIsSaidWaitsForWhoeverIsAway() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (MeshServer server =
        MesaServer.server(MeshServer.builder().port(0).meterRegistry(registry))) {
      WebSocket ann = authenticated(server, "ann");
      say(ann, "{\"op\":0,\"d\":{\"to\":\"bob\",\"text\":\"hi\"},\"t\":\"SAY\"}");
      await().until(() -> registry.counter("mesh.inbox.kept").count() == 1);
      say(ann, "{\"op\":0,\"d\":{\"to\":\"ann\",\"text\":\"said\"},\"t\":\"SAY\"}");
      assertThat(next()).contains("\"text\":\"said\"");

      WebSocket bob = authenticated(server, "bob");
      assertThat(next()).contains("\"from\":\"ann\"").endsWith("\"t\":\"SAID\",\"s\":1}");
      ann.abort();
      bob.abort();
    }
  }

  private WebSocket authenticated(MeshServer server, String name) throws Exception {
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(
                URI.create("ws://127.0.0.1:" + server.port() + "/mesa"),
                new WebSocket.Listener() {
                  @Override
                  public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean end) {
                    heard.add(text.toString());
                    from.request(1);
                    return null;
                  }
                })
            .get(30, TimeUnit.SECONDS);
    assertThat(next()).startsWith("{\"op\":10,");
    say(socket, "{\"op\":2,\"d\":{\"name\":\"" + name + "\",\"shouldSync\":true}}");
    assertThat(next()).isEqualTo("{\"op\":22,\"d\":{\"id\":\"" + name + "\"}}");
    return socket;
  }

  private static void say(WebSocket socket, String text) throws Exception {
    socket.sendText(text, true).get(30, TimeUnit.SECONDS);
  }

  private String next() throws InterruptedException {
    return heard.poll(30, TimeUnit.SECONDS);
  }
}
