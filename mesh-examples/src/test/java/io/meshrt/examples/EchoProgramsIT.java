// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.StatusChange;
import io.meshrt.server.GracefulExit;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Server and client of the examples, each in a JVM of its own. */
class EchoProgramsIT {
  @Test
  void clientIsAnsweredByAServerInAnotherJvm() throws Exception {
    Process server = start(EchoServer.class, "0");
    try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8)) {
      String url = rest(said, "listening on ");

      Process client = start(EchoClient.class, url);
      try (BufferedReader shown = client.inputReader(StandardCharsets.UTF_8)) {
        String id = rest(shown, "I am ");
        assertThat(rest(shown, "1000 replies, their sum is ")).isEqualTo("499500");
        assertThat(rest(said, "hello ")).isEqualTo(id);
        assertThat(rest(said, "bye ")).isEqualTo(id + ": 1000");
      }
      assertThat(client.waitFor(60, TimeUnit.SECONDS)).as("the client ends").isTrue();
      assertThat(client.exitValue()).isZero();
      askToEnd(server);
      assertThat(server.waitFor(60, TimeUnit.SECONDS)).as("the server ends").isTrue();
      assertThat(server.exitValue()).isZero();
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void aServerThatIsAskedToEndLetsItsClientsGo() throws Exception {
    Process server = start(EchoServer.class, "0");
    try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8);
        MeshClient client =
            MeshClient.builder(rest(said, "listening on "))
                .reconnect(ReconnectPolicy.off())
                .build()) {
      CompletableFuture<StatusChange> left = new CompletableFuture<>();
      client.onStatus(change -> change.closeCode().ifPresent(code -> left.complete(change)));
      client.connect().get(60, TimeUnit.SECONDS);

      askToEnd(server);

      assertThat(left.get(60, TimeUnit.SECONDS).reason()).isEqualTo("the server goes away");
      assertThat(rest(said, "bye ")).endsWith(": 1000");
      assertThat(server.waitFor(60, TimeUnit.SECONDS)).as("the server ends").isTrue();
      assertThat(server.exitValue()).isZero();
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void aServerThatIsAskedTwiceDoesNotWaitForItsClients() throws Exception {
    Process server = start(EchoServer.class, "0");
    try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8)) {
      CompletableFuture<Void> told = new CompletableFuture<>();
      stay(URI.create(rest(said, "listening on ")), told);

      askToEnd(server);
      told.get(60, TimeUnit.SECONDS);
      askToEnd(server);

      assertThat(server.waitFor(60, TimeUnit.SECONDS)).as("the server ends").isTrue();
      assertThat(server.exitValue()).isEqualTo(GracefulExit.AT_ONCE);
    } finally {
      server.destroyForcibly();
    }
  }

  /** Connects, and stays although it is told that the server goes away. */
  private static void stay(URI server, CompletableFuture<Void> told) {
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public @Nullable CompletionStage<?> onText(
              WebSocket socket, CharSequence text, boolean last) {
            socket.request(1);
            if (text.toString().contains("mesh/going-away")) {
              told.complete(null);
            }
            return null;
          }
        };
    HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .subprotocols("mesh.v1")
        .buildAsync(server, listener)
        .join();
  }

  /** As {@code kill} does; that of {@link Process} would stop reading what it says. */
  private static void askToEnd(Process program) {
    assertThat(program.toHandle().destroy()).isTrue();
  }

  /** What the next line that begins like this goes on with; others are of the log. */
  private static String rest(BufferedReader lines, String beginning) throws IOException {
    String line;
    while ((line = lines.readLine()) != null) {
      if (line.startsWith(beginning)) {
        return line.substring(beginning.length());
      }
    }
    throw new AssertionError("ended without: " + beginning);
  }

  private static Process start(Class<?> program, String argument) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dorg.jboss.logging.provider=slf4j",
            "-cp",
            System.getProperty("java.class.path"),
            program.getName(),
            argument)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
