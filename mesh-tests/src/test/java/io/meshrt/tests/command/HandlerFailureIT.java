// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.meshrt.client.MeshClient;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.command.CommandHandler;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a handler does, its command is answered and the connection lives. */
class HandlerFailureIT {
  private static final CommandLimits ONE_AT_A_TIME = CommandLimits.defaults().withMaxRunning(1);

  /** For those that never end; others may take as long as a busy machine makes them. */
  private static final Duration SOON = Duration.ofMillis(500);

  /** An exception that nobody can print. */
  private static final class Hostile extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public String toString() {
      throw new IllegalStateException("no text");
    }
  }

  static Stream<Arguments> handlers() {
    return Stream.of(
        throwing("an exception", "ESERVER", new IllegalStateException("secret")),
        throwing("a checked exception", "ESERVER", new IOException("secret")),
        throwing("an error", "ESERVER", new AssertionError("secret")),
        throwing("an exhausted heap", "ESERVER", new OutOfMemoryError("secret")),
        throwing("an exception that nobody can print", "ESERVER", new Hostile()),
        throwing("a refusal", "EACCESS", CommandException.accessDenied("not you")),
        throwing("a code of its own", "ESOLD", new CommandException("ESOLD", "sold")),
        arguments("endless recursion", "ESERVER", handler(ctx -> depth(0))),
        future("a failed future", "ESERVER", failed(new IllegalStateException("secret"))),
        future("a future of an error", "ESERVER", failed(new StackOverflowError("secret"))),
        future("a future that nobody can print", "ESERVER", failed(new Hostile())),
        future("a refusing future", "ECONFLICT", failed(CommandException.conflict("taken"))),
        future(
            "a wrapped refusal",
            "ECONFLICT",
            failed(new CompletionException(CommandException.conflict("taken")))),
        future("a cancelled future", "ESERVER", cancelled()),
        future("a future of a future", "ESERVER", futureOfAFuture()),
        future("a future that never completes", "ETIMEOUT", new CompletableFuture<>()),
        arguments("a bare future", "ESERVER", handler(ctx -> new FutureTask<>(() -> 1))),
        arguments("a value that contains itself", "ESERVER", handler(ctx -> selfContaining())),
        arguments("a value that cannot be written", "ESERVER", handler(ctx -> new Object())),
        arguments("a reply over the limit", "ETOOLARGE", handler(ctx -> "x".repeat(2 << 20))));
  }

  private static CompletableFuture<Object> futureOfAFuture() {
    CompletableFuture<Object> outer = new CompletableFuture<>();
    outer.complete(cancelled());
    return outer;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("handlers")
  void failureOfBlockingHandlerIsAnswered(String what, String code, CommandHandler handler)
      throws Exception {
    assertAnswered(MeshServer.builder(), code, handler, CommandOptions.defaults());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("handlers")
  void failureOfNonBlockingHandlerIsAnswered(String what, String code, CommandHandler handler)
      throws Exception {
    assertAnswered(MeshServer.builder(), code, handler, CommandOptions.runNonBlocking());
  }

  @Test
  void exceptionThatNobodyCanPrintIsAnsweredWhereMessagesAreExposed() throws Exception {
    assertAnswered(
        MeshServer.builder().exposeErrorMessages(),
        "ESERVER",
        ctx -> {
          throw new Hostile();
        },
        CommandOptions.defaults());
  }

  @Test
  void missingFutureIsNull() throws Exception {
    try (MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build()) {
      server.registerCommand("none", ctx -> (CompletionStage<?>) null);
      server.start();
      try (MeshClient client = connected(server)) {
        assertThat(Outcomes.result(client.commandRaw("none", 1)).isNull()).isTrue();
      }
    }
  }

  @Test
  void lateAnswerIsDropped() throws Exception {
    CompletableFuture<String> late = new CompletableFuture<>();
    try (MeshServer server = server(MeshServer.builder())) {
      server.registerCommand("late", ctx -> late, CommandOptions.defaults().withTimeout(SOON));
      server.start();
      try (V1Socket socket = V1Socket.open(server.port())) {
        socket.send(1, "late", null);
        assertThat(socket.next().at("/error/code").asText()).isEqualTo("ETIMEOUT");

        late.complete("too late");
        socket.send(2, "echo", "on");

        assertThat(socket.next())
            .isEqualTo(V1Socket.JSON.readTree("{\"id\":2,\"payload\":\"on\"}"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interruptOfOneCommandDoesNotReachTheNext(boolean nonBlocking) throws Exception {
    CommandOptions options = CommandOptions.defaults().withNonBlocking(nonBlocking);
    List<String> messages = new ArrayList<>();
    for (int id = 0; id < 40; id += 2) {
      messages.add(V1Socket.request(id, "interrupt", null));
      messages.add(V1Socket.request(id + 1, "look", null));
    }
    Map<Long, Boolean> interrupted = new HashMap<>();
    try (MeshServer server = server(MeshServer.builder())) {
      server.registerCommand(
          "interrupt",
          ctx -> {
            Thread.currentThread().interrupt();
            return false;
          },
          options);
      server.registerCommand("look", ctx -> Thread.currentThread().isInterrupted(), options);
      server.start();
      try (V1Socket socket = V1Socket.open(server.port())) {
        socket.sendTogether(messages);
        for (int i = 0; i < messages.size(); i++) {
          var reply = socket.next();
          interrupted.put(reply.get("id").asLong(), reply.get("payload").asBoolean());
        }
      }
    }

    assertThat(interrupted).hasSize(messages.size()).doesNotContainValue(true);
  }

  /** The failure has its code and says no secret, and the one place to run is free again. */
  private static void assertAnswered(
      MeshServerBuilder builder, String code, CommandHandler handler, CommandOptions options)
      throws Exception {
    try (MeshServer server = server(builder)) {
      server.registerCommand(
          "bad", handler, code.equals("ETIMEOUT") ? options.withTimeout(SOON) : options);
      server.start();
      try (MeshClient client = connected(server)) {
        String connection = client.connectionId().orElseThrow();

        CommandException failure = Outcomes.failure(client.command("bad", null, String.class));
        String reply = Outcomes.result(client.command("echo", "on", String.class));

        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure).hasMessageNotContaining("secret");
        assertThat(reply).isEqualTo("on");
        assertThat(client.connectionId()).contains(connection);
      }
    }
  }

  private static MeshServer server(MeshServerBuilder builder) {
    MeshServer server = builder.host("127.0.0.1").port(0).commandLimits(ONE_AT_A_TIME).build();
    server.registerCommand("echo", ctx -> ctx.rawPayload());
    return server;
  }

  private static MeshClient connected(MeshServer server) throws Exception {
    MeshClient client = MeshClient.builder("ws://127.0.0.1:" + server.port()).build();
    Outcomes.result(client.connect());
    return client;
  }

  private static Arguments throwing(String what, String code, Throwable thrown) {
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

  private static Arguments future(String what, String code, CompletableFuture<?> future) {
    return arguments(what, code, handler(ctx -> future));
  }

  private static CommandHandler handler(CommandHandler handler) {
    return handler;
  }

  private static CompletableFuture<?> failed(Throwable failure) {
    return CompletableFuture.failedFuture(failure);
  }

  private static CompletableFuture<?> cancelled() {
    CompletableFuture<String> future = new CompletableFuture<>();
    future.cancel(false);
    return future;
  }

  private static int depth(int n) {
    return n < 0 ? 0 : 1 + depth(n + 1);
  }

  private static List<Object> selfContaining() {
    List<Object> list = new ArrayList<>();
    list.add(list);
    return list;
  }
}
