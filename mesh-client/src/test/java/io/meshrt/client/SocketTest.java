// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.Frames;
import io.meshrt.client.fake.ScriptedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The client over real sockets. */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class SocketTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void commandIsAnswered() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.echoForEver();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      finish(client.connect());

      String reply = finish(client.command("echo", "Grüße \uD83D\uDC4B", String.class));

      assertThat(reply).isEqualTo("Grüße \uD83D\uDC4B");
    }
  }

  @Test
  void manyCommandsAreEachAnsweredWithTheirOwnReply() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.echoForEver();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      finish(client.connect());

      List<CompletableFuture<Integer>> replies = new ArrayList<>();
      for (int i = 0; i < 5_000; i++) {
        replies.add(client.command("echo", i, Integer.class));
      }

      for (int i = 0; i < replies.size(); i++) {
        assertThat(finish(replies.get(i))).isEqualTo(i);
      }
    }
  }

  @Test
  void largeMessagesTravelBothWays() throws Exception {
    String large = "0123456789äöü".repeat(15_000);
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.echoForEver();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      finish(client.connect());

      assertThat(finish(client.command("echo", large, String.class))).isEqualTo(large);
    }
  }

  @Test
  void fragmentedMessageIsPutTogether() throws Exception {
    byte[] frame = "{\"command\":\"hello\",\"payload\":\"wörld\"}".getBytes(StandardCharsets.UTF_8);
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  for (int i = 0; i < frame.length; i++) { // cuts inside the ö as well
                    int last = i == frame.length - 1 ? 0x80 : 0;
                    peer.sendFrame((i == 0 ? 1 : 0) | last, new byte[] {frame[i]});
                    peer.sendFrame(0x89, new byte[0]);
                  }
                  peer.awaitEnd();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      CompletableFuture<String> heard = new CompletableFuture<>();
      client.onMessage("hello", String.class, heard::complete);

      finish(client.connect());

      assertThat(finish(heard)).isEqualTo("wörld");
    }
  }

  @Test
  void serverThatNeverAnswersTheHandshakeTimesOut() throws Exception {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.readRequest();
                  peer.awaitEnd();
                  gone.complete(null);
                });
        MeshClient client =
            MeshClient.builder(server.uri()).connectTimeout(Duration.ofSeconds(3)).build()) {
      CompletableFuture<Void> connected = client.connect();

      assertThat(failure(finishAnyhow(connected))).isInstanceOf(ConnectionFailedException.class);
      finish(gone);
    }
  }

  @Test
  void refusedUpgradeTellsTheStatus() throws Exception {
    try (ScriptedServer server = new ScriptedServer(peer -> peer.refuse(401));
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      CompletableFuture<Void> connected = client.connect();

      Throwable failure = failure(finishAnyhow(connected));

      assertThat(((ConnectionFailedException) failure).httpStatus()).hasValue(401);
    }
  }

  @Test
  void nobodyListening() throws Exception {
    String uri;
    try (ScriptedServer server = new ScriptedServer(peer -> {})) {
      uri = server.uri();
    }
    try (MeshClient client = MeshClient.builder(uri).build()) {
      CompletableFuture<Void> connected = client.connect();

      Throwable failure = failure(finishAnyhow(connected));

      assertThat(failure).isInstanceOf(ConnectionFailedException.class);
      assertThat(failure.getCause()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void upgradeRequestCarriesTokenAndHeaders() throws Exception {
    AtomicReference<String> request = new AtomicReference<>();
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  request.set(
                      peer.header("authorization")
                          + ' '
                          + peer.header("x-app")
                          + ' '
                          + peer.header("sec-websocket-protocol"));
                  peer.echoForEver();
                });
        MeshClient client =
            MeshClient.builder(server.uri())
                .tokenSupplier(() -> CompletableFuture.completedFuture("t1"))
                .header("X-App", "a")
                .build()) {
      finish(client.connect());
      assertThat(finish(client.command("echo", "x", String.class))).isEqualTo("x");

      assertThat(request).hasValue("Bearer t1 a mesh.v1");
    }
  }

  @Test
  void serverThatEchoesTheSubprotocolAndSpeaksLegacyIsUnderstood() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgrade();
                  peer.sendText(Frames.RT_ASSIGN_ID);
                  peer.readText();
                  peer.sendText(Frames.legacyReply(1, "echo", "\"legacy\""));
                  peer.awaitEnd();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      finish(client.connect());

      assertThat(finish(client.command("echo", "x", String.class))).isEqualTo("legacy");
      assertThat(client.serverInfo().orElseThrow().generation()).isEqualTo(Generation.REALTIME);
    }
  }

  @Test
  void bareServerIsFoundOutByAsking() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgrade();
                  for (int id = 1; id <= 2; id++) {
                    peer.readText();
                    peer.sendText(
                        Frames.legacyReply(
                            id,
                            "noop",
                            "{\"error\":\"x\",\"code\":\"ENOTFOUND\",\"name\":\"CommandError\"}"));
                  }
                  peer.awaitEnd();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      finish(client.connect());

      assertThat(client.serverInfo().orElseThrow().generation()).isEqualTo(Generation.BARE);
    }
  }

  @Test
  void serverCallsTheClient() throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.sendText("{\"id\":7,\"command\":\"ask\",\"payload\":20}");
                  answer.complete(peer.readText());
                  peer.awaitEnd();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      client.registerCommand("ask", Integer.class, (number, context) -> number + 1);

      finish(client.connect());

      assertThat(finish(answer)).isEqualTo("{\"id\":7,\"payload\":21}");
    }
  }

  private static <T> T finish(CompletableFuture<T> future) throws Exception {
    return future.get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  private static <T> CompletableFuture<T> finishAnyhow(CompletableFuture<T> future)
      throws Exception {
    future.handle((value, failure) -> value).get(SOON.toSeconds(), TimeUnit.SECONDS);
    return future;
  }
}
