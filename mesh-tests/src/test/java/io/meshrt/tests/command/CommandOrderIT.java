// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.MeshServer;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.command.Middleware;
import io.meshrt.tests.harness.V1Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** In which order commands start, what runs in front of them, and what answers the others. */
class CommandOrderIT {
  /** A payload with types. */
  record Order(String item, int amount) {}

  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  @Test
  void secondCommandIsAnsweredWhileTheFirstBlocks() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (MeshServer server = server(CommandLimits.defaults())) {
      server.registerCommand("block", ctx -> release.await(60, TimeUnit.SECONDS));
      server.start();
      try (V1Socket socket = V1Socket.open(server.port())) {
        socket.sendTogether(
            List.of(V1Socket.request(1, "block", null), V1Socket.request(2, "log", "second")));

        JsonNode first = socket.next();
        release.countDown();
        JsonNode last = socket.next();

        assertThat(first.get("id").asInt()).isEqualTo(2);
        assertThat(last).isEqualTo(V1Socket.JSON.readTree("{\"id\":1,\"payload\":true}"));
      } finally {
        release.countDown();
      }
    }
  }

  @Test
  void commandsStartInTheOrderInWhichTheyCame() throws Exception {
    List<String> expected = IntStream.range(0, 500).mapToObj(String::valueOf).toList();
    try (MeshServer server = server(CommandLimits.defaults().withMaxRunning(1))) {
      server.start();
      try (V1Socket socket = V1Socket.open(server.port())) {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
          // One in three could run at once and must not overtake.
          messages.add(V1Socket.request(i, i % 3 == 0 ? "log-inline" : "log", "" + i));
        }
        socket.sendTogether(messages);
        for (int i = 0; i < 500; i++) {
          socket.next();
        }
      }
    }

    assertThat(log).isEqualTo(expected);
  }

  @Test
  void middlewareRunsInItsOrderAroundTheHandler() throws Exception {
    try (MeshServer server = server(CommandLimits.defaults())) {
      server.addMiddleware(Middleware.before((Middleware.Check) ctx -> log.add("first")));
      server.addMiddleware(
          (ctx, next) -> {
            log.add("before");
            CompletionStage<?> reply = next.run();
            return reply.thenApply(
                value -> {
                  log.add("after");
                  return value;
                });
          });
      server.registerCommand(
          "ordered",
          ctx -> log.add("handler"),
          CommandOptions.defaults()
              .withMiddleware(
                  Middleware.before((Middleware.Check) ctx -> log.add("own first")),
                  Middleware.before((Middleware.Check) ctx -> log.add("own second"))));
      server.start();
      try (V1Socket socket = V1Socket.open(server.port())) {
        socket.send(1, "ordered", null);
        socket.next();
      }
    }

    assertThat(log)
        .containsExactly("first", "before", "own first", "own second", "handler", "after");
  }

  @Test
  void refusalOfMiddlewareKeepsTheHandlerFromRunning() throws Exception {
    try (MeshServer server = server(CommandLimits.defaults())) {
      server.addMiddleware(
          (Middleware.Check)
              ctx -> {
                throw CommandException.unauthorized("log in first");
              });
      server.start();
      try (V1Socket socket = V1Socket.open(server.port())) {
        socket.send(1, "log", "never");
        JsonNode refused = socket.next();
        socket.send(2, "unknown", null);
        JsonNode unknown = socket.next();

        assertThat(refused.at("/error/code").asText()).isEqualTo("EUNAUTHORIZED");
        assertThat(refused.at("/error/message").asText()).isEqualTo("log in first");
        assertThat(unknown.at("/error/code").asText()).isEqualTo("ENOTFOUND");
      }
    }

    assertThat(log).isEmpty();
  }

  @Test
  void fallbackAnswersWhatNobodyRegistered() throws Exception {
    try (MeshServer server = server(CommandLimits.defaults())) {
      server.onUnknownCommand(ctx -> "no " + ctx.command());
      server.start();
      try (V1Socket socket = V1Socket.open(server.port())) {
        socket.send(1, "such thing", null);

        assertThat(socket.next().get("payload").asText()).isEqualTo("no such thing");
      }
    }
  }

  @Test
  void payloadThatDoesNotFitIsRefusedNamingTheField() throws Exception {
    try (MeshServer server = server(CommandLimits.defaults())) {
      server.registerCommand("order", Order.class, (order, ctx) -> order.amount());
      server.start();
      try (V1Socket socket = V1Socket.open(server.port())) {
        socket.sendText(
            "{\"id\":1,\"command\":\"order\",\"payload\":{\"item\":\"tea\",\"amount\":\"many\"}}");
        JsonNode refused = socket.next();
        socket.send(2, "order", new Order("tea", 3));
        JsonNode answered = socket.next();

        assertThat(refused.at("/error/code").asText()).isEqualTo("EBADREQUEST");
        assertThat(refused.at("/error/message").asText())
            .contains("amount")
            .doesNotContain("io.meshrt", "jackson");
        assertThat(answered.get("payload").asInt()).isEqualTo(3);
      }
    }
  }

  private MeshServer server(CommandLimits limits) {
    MeshServer server =
        MeshServer.builder().host("127.0.0.1").port(0).commandLimits(limits).build();
    server.registerCommand("log", ctx -> log.add(ctx.payload(String.class)));
    server.registerCommand(
        "log-inline", ctx -> log.add(ctx.payload(String.class)), CommandOptions.runNonBlocking());
    return server;
  }
}
