// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.meshrt.client.ClientCommandHandler;
import io.meshrt.client.MeshClient;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.MeshServer;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.Connection;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The server asks a client to run a command; the future always completes. */
@SuppressWarnings("FutureReturnValueIgnored") // handlers return stages as plain objects
class ServerCallsIT {
  private static final int MAX_CALLS = 64;

  private MeshServer server;
  private MeshClient client;
  private Connection connection;

  /** An exception that nobody can print. */
  private static final class Unprintable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }
  }

  @BeforeEach
  void connect() throws Exception {
    server =
        Local.server()
            .commandLimits(CommandLimits.defaults().withMaxCallsToClient(MAX_CALLS))
            .build();
    server.registerCommand("echo", ctx -> ctx.rawPayload());
    server.start();
    client = Local.connected(server);
    client.registerCommand("echo", ctx -> ctx.rawPayload());
    connection = Local.connectionOf(client, server);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  static Stream<Arguments> failingHandlers() {
    return Stream.of(
        failing("a refusal", "ENOTYET", new CommandException("ENOTYET", "later")),
        failing("an exception", "ESERVER", new IllegalStateException("secret")),
        failing("an error", "ESERVER", new AssertionError("secret")),
        failing("an exception that nobody can print", "ESERVER", new Unprintable()),
        failing(
            "a refusal over the server's limit",
            "ETOOLARGE",
            new CommandException("EBIG", "x".repeat(400 * 1024))),
        arguments(
            "a failed future",
            "ESERVER",
            handler(ctx -> CompletableFuture.failedFuture(new IllegalStateException("secret")))),
        arguments("a value that cannot be written", "ESERVER", handler(ctx -> new Object())),
        arguments(
            "a result over the server's limit",
            "ETOOLARGE",
            handler(ctx -> "x".repeat(400 * 1024))));
  }

  @Test
  void clientAnswersWithValue() throws Exception {
    assertThat(Outcomes.result(connection.command("echo", "hi", String.class))).isEqualTo("hi");
    assertThat(Outcomes.result(connection.command("echo", null, String.class))).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failingHandlers")
  void failureOfClientHandlerIsAnswered(String what, String code, ClientCommandHandler handler)
      throws Exception {
    client.registerCommand("bad", handler);

    // More often than handlers may run at a time: none of them stays counted.
    for (int i = 0; i < 70; i++) {
      CommandException failure = Outcomes.failure(connection.command("bad", i, String.class));

      assertThat(failure.code()).isEqualTo(code);
      assertThat(failure).hasMessageNotContaining("secret");
    }
    assertThat(Outcomes.result(connection.command("echo", "on", String.class))).isEqualTo("on");
  }

  @Test
  void unknownCommandIsAnswered() {
    assertThat(Outcomes.code(connection.command("nope", 1, String.class))).isEqualTo("ENOTFOUND");
  }

  @Test
  void silentClientIsTimeout() throws Exception {
    client.registerCommand("silent", ctx -> new CompletableFuture<>());

    assertThat(Outcomes.code(connection.command("silent", 1, String.class, Duration.ofMillis(200))))
        .isEqualTo("ETIMEOUT");
    assertThat(Outcomes.result(connection.command("echo", "on", String.class))).isEqualTo("on");
  }

  @Test
  void callsOfClientThatGoesAreLostAndLaterOnesClosed() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    client.registerCommand(
        "silent",
        ctx -> {
          asked.countDown();
          return new CompletableFuture<>();
        });
    CompletableFuture<String> call = connection.command("silent", 1, String.class);
    assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

    client.close();

    assertThat(Outcomes.code(call)).isEqualTo("CONNECTION_LOST");
    Local.awaitNoConnection(server);
    assertThat(Outcomes.code(connection.command("echo", 1, String.class))).isEqualTo("CLOSED");
  }

  @Test
  void oneCallTooManyIsRefused() throws Exception {
    CompletableFuture<String> release = new CompletableFuture<>();
    client.registerCommand("hold", ctx -> release);
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < MAX_CALLS; i++) {
      calls.add(connection.command("hold", i, String.class));
    }

    assertThat(Outcomes.code(connection.command("hold", 1, String.class))).isEqualTo("ELIMIT");
    release.complete("released");
    for (CompletableFuture<String> call : calls) {
      assertThat(Outcomes.result(call)).isEqualTo("released");
    }
  }

  @Test
  void legacyConnectionCannotBeAsked() throws Exception {
    client.close();
    Local.awaitNoConnection(server);
    try (RawWebSocket legacy = RawWebSocket.to(server.port()).open()) {
      await().until(() -> server.connections().count() == 1);
      Connection old = server.connections().list().get(0);

      assertThat(Outcomes.code(old.command("echo", 1, String.class))).isEqualTo("EUNAVAILABLE");
      assertThat(legacy.readText()).contains("assign-id");
    }
  }

  @Test
  void manyCallsRunBothWaysAtOnce() throws Exception {
    List<CompletableFuture<Integer>> calls = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    for (int round = 0; round < 50; round++) {
      List<CompletableFuture<Integer>> back = new ArrayList<>();
      for (int n = 0; n < MAX_CALLS; n++) {
        expected.add(n);
        calls.add(client.command("echo", n, Integer.class));
        back.add(connection.command("echo", n, Integer.class));
      }
      for (int n = 0; n < MAX_CALLS; n++) {
        assertThat(Outcomes.result(back.get(n))).isEqualTo(n);
      }
    }

    List<Integer> replies = new ArrayList<>();
    for (CompletableFuture<Integer> call : calls) {
      replies.add(Outcomes.result(call));
    }
    assertThat(replies).isEqualTo(expected);
  }

  private static Arguments failing(String what, String code, Throwable thrown) {
    return arguments(
        what,
        code,
        handler(
            ctx -> {
              if (thrown instanceof Error error) {
                throw error;
              }
              throw (Exception) thrown;
            }));
  }

  private static ClientCommandHandler handler(ClientCommandHandler handler) {
    return handler;
  }
}
