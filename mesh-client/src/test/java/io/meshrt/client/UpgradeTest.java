// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.Frames;
import io.meshrt.client.fake.ScriptedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers may answer to the upgrade request, over real sockets. */
class UpgradeTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 Switching Protocols|Upgrade: websocket|Connection: Upgrade|"
            + "Sec-WebSocket-Accept: wrong||",
        "HTTP/1.1 101 Switching Protocols|Upgrade: websocket|Connection: Upgrade||",
        "HTTP/1.1 101 Switching Protocols|Connection: Upgrade|" + "Sec-WebSocket-Accept: {key}||",
        "HTTP/1.1 101 Switching Protocols|Upgrade: websocket|" + "Sec-WebSocket-Accept: {key}||",
        "HTTP/1.1 101 Switching Protocols|Upgrade: websocket|Connection: Upgrade|"
            + "Sec-WebSocket-Accept: {key}|Sec-WebSocket-Protocol: other||",
        "HTTP/1.1 101 Switching Protocols|Upgrade: websocket|Connection: Upgrade|"
            + "Sec-WebSocket-Accept: {key}|Sec-WebSocket-Extensions: permessage-deflate|"
            + "|",
        "HTTP/1.1 101 Switching Protocols|no header||",
        "SSH-2.0-OpenSSH_9.2||",
      })
  void wrongAnswerIsNotAConnection(String answer) throws Exception {
    ConnectionFailedException failure =
        refused(
            peer -> {
              peer.readRequest();
              peer.sendRaw(answer.replace("|", "\r\n").replace("{key}", peer.acceptKey()));
              peer.awaitEnd();
            });

    assertThat(failure.httpStatus()).isEmpty();
    assertThat(failure).hasCauseInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 401, 403, 404, 426, 500, 503})
  void anyOtherStatusIsTold(int status) throws Exception {
    ConnectionFailedException failure = refused(peer -> peer.refuse(status));

    assertThat(failure.httpStatus()).hasValue(status);
    assertThat(failure).hasMessage("No connection: refused with HTTP status " + status);
  }

  @Test
  void redirectIsNotFollowedButNamed() throws Exception {
    ConnectionFailedException failure =
        refused(
            peer -> {
              peer.readRequest();
              peer.sendRaw("HTTP/1.1 302 Found\r\nLocation: https://else\u00e9/x\r\n\r\n");
              peer.awaitEnd();
            });

    assertThat(failure.httpStatus()).hasValue(302);
    assertThat(failure).hasMessageEndingWith("302: redirected to https://else?/x");
  }

  @Test
  void endlessHeadersAreCutOff() throws Exception {
    ConnectionFailedException failure =
        refused(
            peer -> {
              peer.readRequest();
              peer.sendRaw("HTTP/1.1 101 Switching Protocols\r\n");
              try {
                while (true) {
                  peer.sendRaw("X-More: and more\r\n");
                }
              } catch (IOException cutOff) {
                // as it should be
              }
            });

    assertThat(failure).hasMessageContaining("16384 bytes of headers");
  }

  @Test
  void connectionThatEndsWithoutAnAnswerIsOneSocketOnly() throws Exception {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::readRequest);
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      Throwable failure = failure(outcome(client.connect()));

      assertThat(failure).hasMessageContaining("without an answer");
      assertThat(outcome(client.connect())).isCompletedExceptionally();
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void resetInPlaceOfAnAnswerIsOneSocketOnly() throws Exception {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::reset);
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      assertThat(outcome(client.connect())).isCompletedExceptionally();
      assertThat(outcome(client.connect())).isCompletedExceptionally();

      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void responsesBeforeTheResponseAndSlicesOfOneByteAreTaken() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.readRequest();
                  String stream =
                      "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                          + "HTTP/1.1 101 ok\r\nupgrade: WebSocket\r\n"
                          + "connection: keep-alive, UPGRADE\r\nsec-websocket-accept:"
                          + peer.acceptKey()
                          + "\r\nSec-WebSocket-Protocol:  mesh.v1 \r\n\r\n"
                          + text(Frames.welcome());
                  for (byte one : stream.getBytes(StandardCharsets.ISO_8859_1)) {
                    peer.sendRaw(new byte[] {one});
                  }
                  peer.echoForEver();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      assertThat(outcome(client.connect())).isCompleted();
      assertThat(outcome(client.command("echo", "x", String.class))).isCompletedWithValue("x");
    }
  }

  @Test
  void firstMessagesMayComeWithTheAnswer() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.readRequest();
                  peer.sendRaw(
                      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                          + "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                          + peer.acceptKey()
                          + "\r\nSec-WebSocket-Protocol: mesh.v1\r\n\r\n"
                          + text(Frames.welcome()));
                  peer.echoForEver();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      assertThat(outcome(client.connect())).isCompleted();
    }
  }

  @Test
  void requestNamesHostPathAndHeaders() throws Exception {
    AtomicReference<String> request = new AtomicReference<>();
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgrade();
                  request.set(peer.request());
                  peer.sendText(Frames.welcome());
                  peer.awaitEnd();
                });
        MeshClient client =
            MeshClient.builder(server.uri() + "a%20b/\u00fc?c=d%26e")
                .header("Origin", "https://app.example")
                .header("Cookie", "a=b")
                .build()) {
      assertThat(outcome(client.connect())).isCompleted();

      List<String> lines = Arrays.asList(request.get().split("\r\n", -1));
      assertThat(lines.get(0)).isEqualTo("GET /a%20b/%C3%BC?c=d%26e HTTP/1.1");
      assertThat(lines)
          .contains(
              "Host: " + server.uri().replaceAll("ws://(.*)/", "$1"),
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Version: 13",
              "Origin: https://app.example",
              "Cookie: a=b");
    }
  }

  @Test
  void tokenThatWouldBreakTheRequestIsNotSent() throws Exception {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::awaitEnd);
        MeshClient client =
            MeshClient.builder(server.uri())
                .tokenSupplier(() -> CompletableFuture.completedFuture("secret\r\nX: y"))
                .build()) {
      Throwable failure = failure(outcome(client.connect()));

      assertThat(failure)
          .isInstanceOf(ConnectionFailedException.class)
          .hasMessageEndingWith("value of Authorization: control character");
    }
  }

  private static ConnectionFailedException refused(ScriptedServer.Script script) throws Exception {
    try (ScriptedServer server = new ScriptedServer(script);
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      Throwable failure = failure(outcome(client.connect()));
      assertThat(failure).isInstanceOf(ConnectionFailedException.class);
      assertThat(server.connections()).isEqualTo(1);
      return (ConnectionFailedException) failure;
    }
  }

  private static String text(String message) {
    return "\u0081"
        + (char) 126
        + (char) (message.length() >> 8)
        + (char) (message.length() & 0xff)
        + message;
  }

  private static <T> CompletableFuture<T> outcome(CompletableFuture<T> future) throws Exception {
    Object unused =
        future.handle((value, failure) -> "done").get(SOON.toSeconds(), TimeUnit.SECONDS);
    return future;
  }
}
