// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.command.AttributeKey;
import io.meshrt.server.command.CommandContext;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.command.Middleware;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Middleware around a handler, in all three forms. */
class ChainTest {
  private static final AttributeKey<String> USER = AttributeKey.of("user");
  private static final String CALL = "{\"id\":1,\"command\":\"c\"}";

  private final CommandRoom room = new CommandRoom();
  private final CommandRoom.Peer peer = room.v1();
  private final List<String> trace = new ArrayList<>();

  @BeforeEach
  void registerCommand() {
    room.commands.register(
        "c",
        ctx -> {
          trace.add("handler");
          return ctx.attribute(USER);
        },
        CommandOptions.defaults());
  }

  @Test
  void attributesTravelDownTheChain() {
    room.commands.addMiddleware(
        Middleware.before((Middleware.Check) ctx -> ctx.attribute(USER, "ann")));

    assertThat(peer.ask(CALL)).containsExactly("{\"id\":1,\"payload\":\"ann\"}");
  }

  @Test
  void throwStopsTheChainAndIsTheReply() {
    room.commands.addMiddleware(
        Middleware.before(
            (Middleware.Check)
                ctx -> {
                  throw CommandException.unauthorized("log in first");
                }));
    room.commands.addMiddleware(noting("second"));

    assertThat(peer.ask(CALL).get(0)).contains("EUNAUTHORIZED", "log in first");
    assertThat(trace).isEmpty();
  }

  @Test
  void failedStageOfAnAsynchronousCheckRefuses() {
    room.commands.addMiddleware(
        Middleware.before(
            (Middleware.AsyncCheck)
                ctx -> CompletableFuture.failedFuture(CommandException.accessDenied("no"))));

    assertThat(peer.ask(CALL).get(0)).contains("EACCESS");
    assertThat(trace).isEmpty();
  }

  @Test
  void nullStageFailsLoudlyAndLetsNobodyIn() {
    Runnable check =
        room.commands.addMiddleware(Middleware.before((Middleware.AsyncCheck) ctx -> null));
    assertThat(peer.ask(CALL).get(0)).contains("ESERVER");
    check.run();

    room.commands.addMiddleware((ctx, next) -> null);

    assertThat(peer.ask(CALL).get(0)).contains("ESERVER");
    assertThat(trace).isEmpty();
    assertThat(room.failures)
        .hasSize(2)
        .allSatisfy(e -> assertThat(e).hasMessageContaining("null"));
  }

  @Test
  void wrappingMiddlewareSeesTheResultAndMayChangeIt() {
    room.commands.addMiddleware(
        (ctx, next) -> {
          ctx.attribute(USER, "bob");
          return next.run().thenApply(result -> "<" + result + ">");
        });

    assertThat(peer.ask(CALL)).containsExactly("{\"id\":1,\"payload\":\"<bob>\"}");
  }

  @Test
  void wrappingMiddlewareMayAnswerWithoutTheRest() {
    room.commands.addMiddleware((ctx, next) -> CompletableFuture.completedFuture("cached"));

    assertThat(peer.ask(CALL)).containsExactly("{\"id\":1,\"payload\":\"cached\"}");
    assertThat(trace).isEmpty();
  }

  @Test
  void wrappingMiddlewareMaySwallowAFailure() {
    room.commands.register(
        "c",
        ctx -> {
          throw new IllegalStateException("secret");
        },
        CommandOptions.defaults());
    room.commands.addMiddleware((ctx, next) -> next.run().exceptionally(e -> null));

    assertThat(peer.ask(CALL)).containsExactly("{\"id\":1,\"payload\":null}");
  }

  @Test
  void restRunsAtMostOnce() {
    room.commands.addMiddleware((ctx, next) -> next.run().thenCompose(first -> next.run()));

    assertThat(peer.ask(CALL).get(0)).contains("ESERVER");
    assertThat(trace).containsExactly("handler");
  }

  @Test
  void restThatMayBlockReturnsToAHandlerThread() {
    CompletableFuture<String> decision = new CompletableFuture<>();
    room.commands.addMiddleware(Middleware.before((Middleware.AsyncCheck) ctx -> decision));
    peer.ask(CALL);

    decision.complete("ok");
    List<String> before = List.copyOf(trace);
    room.executor.runAll();

    assertThat(before).isEmpty();
    assertThat(trace).containsExactly("handler");
    assertThat(peer.transport.received()).containsExactly("{\"id\":1,\"payload\":null}");
  }

  @Test
  void restThatNeverBlocksGoesOnWhereItIs() {
    CompletableFuture<String> decision = new CompletableFuture<>();
    room.commands.register("c", ctx -> trace.add("fast"), CommandOptions.runNonBlocking());
    room.commands.addMiddleware(
        Middleware.nonBlocking(Middleware.before((Middleware.AsyncCheck) ctx -> decision)));
    peer.send(CALL);

    decision.complete("ok");

    assertThat(room.executor.waiting()).isZero();
    assertThat(peer.transport.received()).containsExactly("{\"id\":1,\"payload\":true}");
  }

  @Test
  void decisionAfterTheTimeoutRunsNoHandler() {
    CompletableFuture<String> decision = new CompletableFuture<>();
    room.commands.addMiddleware(Middleware.before((Middleware.AsyncCheck) ctx -> decision));
    peer.ask(CALL);

    room.scheduler.advance(CommandRoom.TIMEOUT);
    decision.complete("ok");
    room.executor.runAll();

    assertThat(peer.transport.received()).anyMatch(frame -> frame.contains("ETIMEOUT"));
    assertThat(trace).isEmpty();
  }

  @Test
  void restWithoutAThreadIsUnavailable() {
    CompletableFuture<String> decision = new CompletableFuture<>();
    room.commands.addMiddleware(Middleware.before((Middleware.AsyncCheck) ctx -> decision));
    peer.ask(CALL);
    while (room.threads.tryExecute(() -> {})) {
      assertThat(room.threads.tasks()).isLessThanOrEqualTo(CommandRoom.MAX_TASKS);
    }

    decision.complete("ok");

    assertThat(peer.transport.received().get(0)).contains("EUNAVAILABLE");
    assertThat(trace).isEmpty();
  }

  @Test
  void contextCanBeUsedAfterTheHandlerReturned() {
    AtomicReference<CommandContext> kept = new AtomicReference<>();
    CompletableFuture<String> answer = new CompletableFuture<>();
    room.commands.register("keep", ctx -> answer, CommandOptions.defaults());
    room.commands.addMiddleware(Middleware.before((Middleware.Check) kept::set));
    peer.ask("{\"id\":1,\"command\":\"keep\",\"payload\":{\"a\":7}}");

    CompletionStage<Void> later =
        CompletableFuture.runAsync(
            () -> {
              kept.get().attribute(USER, "cy");
              answer.complete(kept.get().payload().get("a") + kept.get().attribute(USER));
            });
    later.toCompletableFuture().join();

    assertThat(peer.transport.received()).containsExactly("{\"id\":1,\"payload\":\"7cy\"}");
  }

  private Middleware noting(String name) {
    return Middleware.before((Middleware.Check) ctx -> trace.add(name));
  }
}
