// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.MeshServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The page about ThinWS's clients says what happens. */
class ThinWsGuideTest {
  private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();

  @Test
  void itsClientsAreAnswered() throws Exception {
    try (MeshServer server = ThinWsGuide.endpoint(0)) {
      server.start();
      WebSocket socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/thinws"), listener())
              .join();
      socket.sendText("{\"messageID\":1,\"type\":\"subscribe\",\"roomID\":\"room1\"}", true).join();
      assertThat(frames.poll(30, TimeUnit.SECONDS)).isEqualTo("{\"type\":\"ack\",\"messageID\":1}");
      socket.abort();
    }
  }

  @Test
  void aResolverKnowsSome() throws Exception {
    var resolver = ThinWsGuide.believing(Set.of("7")).resolver().orElseThrow();

    assertThat(ThinWsGuide.believing(Set.of()).resolver()).isPresent();
    assertThat(resolver).isNotNull();
  }

  private WebSocket.Listener listener() {
    return new WebSocket.Listener() {
      @Override
      public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        frames.add(data.toString());
        socket.request(1);
        return null;
      }
    };
  }
}
