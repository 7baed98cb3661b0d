// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.MeshHttpHandler;
import io.meshrt.server.MeshServer;
import io.meshrt.server.command.AttributeKey;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.command.Middleware;
import io.meshrt.server.connection.Connection;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The snippets of the page about the server; they run in the tests. */
public final class ServerGuide {
  /** A payload. */
  public record Sum(List<Integer> numbers) {}

  private static final AttributeKey<String> USER = AttributeKey.of("user");

  private ServerGuide() {}

  /** Starts and stops a server. */
  public static void main(String[] args) {
    // snippet: lifecycle
    MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build();
    registerCommands(server);
    server.start();
    System.out.println("listening on port " + server.port());

    server.close(Duration.ofSeconds(10));
    // end
  }

  /** Lets clients go elsewhere when the program is asked to end. */
  public static void drainWhenAskedToEnd(MeshServer server) {
    // snippet: drain
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.drain(Duration.ofSeconds(20));
                  server.close();
                }));
    // end
  }

  /** Registers one command of each kind. */
  public static void registerCommands(MeshServer server) {
    // snippet: commands
    server.registerCommand("greet", ctx -> "Hello, " + ctx.payload(String.class));
    server.registerCommand(
        "sum", Sum.class, (sum, ctx) -> sum.numbers().stream().mapToInt(n -> n).sum());
    server.registerCommand("slow", ctx -> answerLater());
    server.registerCommand("echo", ctx -> ctx.rawPayload(), CommandOptions.runNonBlocking());
    server.registerCommand(
        "report",
        ctx -> Map.of("rows", 3),
        CommandOptions.defaults().withTimeout(Duration.ofMinutes(2)));
    server.registerCommand(
        "refuse",
        ctx -> {
          throw CommandException.accessDenied("members only");
        });
    server.onUnknownCommand(ctx -> "nobody registered " + ctx.command());
    // end
  }

  /** Adds middleware of each form. */
  public static void addMiddleware(MeshServer server) {
    // snippet: middleware
    server.addMiddleware(
        ctx -> {
          if (ctx.connection().identity().isEmpty()) {
            throw CommandException.unauthorized("log in first");
          }
          ctx.attribute(USER, ctx.connection().identity().get().id());
        });
    server.addMiddleware(
        ctx -> {
          return mayStillRun(ctx.attribute(USER));
        });
    server.addMiddleware((ctx, next) -> next.run().thenApply(reply -> reply));

    server.registerCommand(
        "rename",
        ctx -> true,
        List.of(
            Middleware.before(
                ctx -> {
                  ctx.payload(String.class);
                })));
    // end
  }

  /** Talks to one client. */
  public static CompletableFuture<String> talkTo(Connection connection) {
    // snippet: connections
    connection.send("news", Map.of("title", "It works"));

    CompletableFuture<String> colour =
        connection.command("which-colour", List.of("red", "blue"), String.class);

    connection.latency().ifPresent(roundTrip -> System.out.println(roundTrip.toMillis() + " ms"));
    // end
    return colour;
  }

  /** Puts a server beside the pages of an Undertow server. */
  public static Undertow besidePages(MeshServer server, HttpHandler pages) {
    // snippet: embedding
    Undertow undertow =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setHandler(new MeshHttpHandler(server, pages))
            .build();
    undertow.start();
    // end
    return undertow;
  }

  /** Answers a balancer that asks whether to send clients here. */
  public static HttpHandler withReadiness(MeshServer server, HttpHandler pages) {
    // snippet: ready
    HttpHandler ready = exchange -> exchange.setStatusCode(server.isReady() ? 200 : 503);
    return Handlers.path(pages).addExactPath("/ready", ready);
    // end
  }

  private static CompletionStage<String> answerLater() {
    return CompletableFuture.supplyAsync(() -> "done");
  }

  private static CompletionStage<?> mayStillRun(@Nullable String user) {
    return CompletableFuture.completedFuture(user);
  }
}
