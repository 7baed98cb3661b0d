// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.auth.Identity;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.command.CommandResult;
import io.meshrt.server.command.Middleware;
import io.meshrt.server.internal.metrics.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which commands run, where, in which order, and what a result looks like. */
@SuppressWarnings("FutureReturnValueIgnored") // handlers return stages as plain objects
class DispatchTest {
  private final CommandRoom room = new CommandRoom();
  private final CommandRoom.Peer peer = room.v1();

  @Test
  void repliesInTheFormOfTheConnection() {
    room.commands.register(
        "echo", ctx -> "echo: " + ctx.payload(String.class), CommandOptions.defaults());

    assertThat(peer.ask("{\"id\":4,\"command\":\"echo\",\"payload\":\"a\"}"))
        .containsExactly("{\"id\":4,\"payload\":\"echo: a\"}");
    assertThat(room.legacy().ask("{\"id\":0,\"command\":\"echo\",\"payload\":\"b\"}"))
        .containsExactly("{\"id\":0,\"command\":\"echo\",\"payload\":\"echo: b\"}");
  }

  @Test
  void nullAndNothingAreDifferentReplies() {
    room.commands.register("null", ctx -> null, CommandOptions.defaults());
    room.commands.register("none", ctx -> CommandResult.none(), CommandOptions.defaults());
    room.commands.register(
        "later",
        ctx -> CompletableFuture.completedFuture(CommandResult.none()),
        CommandOptions.defaults());

    assertThat(
            room.legacy()
                .ask(
                    "{\"id\":1,\"command\":\"null\"}",
                    "{\"id\":2,\"command\":\"none\"}",
                    "{\"id\":3,\"command\":\"later\"}"))
        .containsExactlyInAnyOrder(
            "{\"id\":1,\"command\":\"null\",\"payload\":null}",
            "{\"id\":2,\"command\":\"none\"}",
            "{\"id\":3,\"command\":\"later\"}");
  }

  @Test
  void rawPayloadPassesThroughUntouched() {
    room.commands.register("raw", ctx -> ctx.rawPayload(), CommandOptions.runNonBlocking());

    assertThat(
            peer.ask("{\"id\":1,\"command\":\"raw\",\"payload\":{\"n\":1.00,\"s\":\"\\u0041\"}}"))
        .containsExactly("{\"id\":1,\"payload\":{\"n\":1.00,\"s\":\"\\u0041\"}}");
  }

  @Test
  void nonBlockingHandlerAnswersOnTheIoThread() {
    room.commands.register("fast", ctx -> 1, CommandOptions.runNonBlocking());

    peer.send("{\"id\":1,\"command\":\"fast\"}");

    assertThat(room.executor.waiting()).isZero();
    assertThat(room.scheduler.pending()).isEqualTo(timersOfAnIdlePeer());
    assertThat(peer.transport.received()).containsExactly("{\"id\":1,\"payload\":1}");
  }

  @Test
  void oneLinkThatMayBlockMovesTheWholeChain() {
    room.commands.register("fast", ctx -> 1, CommandOptions.runNonBlocking());
    Runnable blocking =
        room.commands.addMiddleware(Middleware.before((Middleware.Check) ctx -> {}));

    peer.send("{\"id\":1,\"command\":\"fast\"}");
    List<String> before = peer.transport.received();
    room.executor.runAll();
    List<String> after = peer.transport.received();
    blocking.run();
    room.commands.addMiddleware(
        Middleware.nonBlocking(Middleware.before((Middleware.Check) ctx -> {})));
    peer.send("{\"id\":2,\"command\":\"fast\"}");

    assertThat(before).isEmpty();
    assertThat(after).containsExactly("{\"id\":1,\"payload\":1}");
    assertThat(peer.transport.received()).containsExactly("{\"id\":2,\"payload\":1}");
  }

  @Test
  void nonBlockingHandlerDoesNotOvertakeWhatWaits() {
    List<String> started = new ArrayList<>();
    room.commands.register("slow", ctx -> started.add("slow"), CommandOptions.defaults());
    room.commands.register("fast", ctx -> started.add("fast"), CommandOptions.runNonBlocking());

    peer.ask("{\"id\":1,\"command\":\"slow\"}", "{\"id\":2,\"command\":\"fast\"}");

    assertThat(started).containsExactly("slow", "fast");
  }

  @Test
  void commandsBeyondTheQueueFailAndTheConnectionLives() {
    room.commands.register("slow", ctx -> new CompletableFuture<>(), CommandOptions.defaults());
    String[] messages = new String[CommandRoom.MAX_RUNNING + CommandRoom.MAX_WAITING + 1];
    for (int i = 0; i < messages.length; i++) {
      messages[i] = "{\"id\":" + i + ",\"command\":\"slow\"}";
    }

    List<String> replies = peer.ask(messages);

    assertThat(replies).singleElement().asString().contains("\"id\":5", "ELIMIT");
    assertThat(room.metrics.outcomes).containsExactly("slow REFUSED");
    assertThat(peer.session.isOpen()).isTrue();
  }

  @Test
  void handlerThreadsThatAreAllBusyMakeACommandUnavailable() {
    room.commands.register("slow", ctx -> 1, CommandOptions.defaults());
    while (room.threads.tryExecute(() -> {})) {
      assertThat(room.threads.tasks()).isLessThanOrEqualTo(CommandRoom.MAX_TASKS);
    }

    peer.send("{\"id\":1,\"command\":\"slow\"}");

    assertThat(peer.transport.received()).singleElement().asString().contains("EUNAVAILABLE");
    assertThat(peer.session.isOpen()).isTrue();
  }

  @Test
  void unknownCommandFailsBeforeAnyMiddlewareRuns() {
    List<String> seen = new ArrayList<>();
    room.commands.addMiddleware(
        Middleware.before((Middleware.Check) ctx -> seen.add(ctx.command())));

    assertThat(room.legacy().ask("{\"id\":3,\"command\":\"nope\",\"payload\":{}}"))
        .containsExactly(
            "{\"id\":3,\"command\":\"nope\",\"payload\":{\"error\":\"Command \\\"nope\\\" not"
                + " found\",\"code\":\"ENOTFOUND\",\"name\":\"CommandError\"}}");
    assertThat(seen).isEmpty();
  }

  @Test
  void fallbackAnswersWhatNobodyRegisteredButNoReservedName() {
    List<String> seen = new ArrayList<>();
    room.commands.addMiddleware(
        Middleware.before((Middleware.Check) ctx -> seen.add(ctx.command())));
    Runnable registration = room.commands.registerUnknown(ctx -> "any " + ctx.command());

    assertThat(peer.ask("{\"id\":1,\"command\":\"nope\"}"))
        .containsExactly("{\"id\":1,\"payload\":\"any nope\"}");
    assertThat(peer.ask("{\"id\":2,\"command\":\"mesh/nope\"}").get(0)).contains("ENOTFOUND");
    assertThat(peer.ask("{\"id\":3,\"command\":\"mesh/join-room\"}").get(0)).contains("ENOTFOUND");
    registration.run();
    assertThat(peer.ask("{\"id\":4,\"command\":\"nope\"}").get(0)).contains("ENOTFOUND");
    assertThat(seen).containsExactly("nope");
  }

  @Test
  void noopAnswersUnderAPrefixOnly() {
    CommandRoom.Peer legacy = room.legacy();

    assertThat(peer.ask("{\"id\":1,\"command\":\"mesh/noop\"}"))
        .containsExactly("{\"id\":1,\"payload\":true}");
    assertThat(legacy.ask("{\"id\":2,\"command\":\"rt/noop\"}"))
        .containsExactly("{\"id\":2,\"command\":\"rt/noop\",\"payload\":true}");
    assertThat(legacy.ask("{\"id\":3,\"command\":\"noop\"}").get(0)).contains("ENOTFOUND");
  }

  @Test
  void globalMiddlewareRunsForBuiltInsToo() {
    List<String> seen = new ArrayList<>();
    room.commands.addMiddleware(
        Middleware.before((Middleware.Check) ctx -> seen.add(ctx.command())));

    peer.ask("{\"id\":1,\"command\":\"mesh/noop\"}");

    assertThat(seen).containsExactly("mesh/noop");
  }

  @Test
  void applicationMayAnswerAnUnprefixedBuiltInName() {
    room.commands.register("subscribe-channel", ctx -> "mine", CommandOptions.defaults());

    assertThat(room.legacy().ask("{\"id\":1,\"command\":\"subscribe-channel\"}").get(0))
        .contains("mine");
    assertThat(room.legacy().ask("{\"id\":1,\"command\":\"mesh/subscribe-channel\"}").get(0))
        .contains("ENOTFOUND");
  }

  @Test
  void idInFlightIsProtestedAndNotAnswered() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    room.commands.register("slow", ctx -> answer, CommandOptions.defaults());

    List<String> whileRunning =
        peer.ask("{\"id\":1,\"command\":\"slow\"}", "{\"id\":1,\"command\":\"nope\"}");
    answer.complete("done");

    assertThat(whileRunning)
        .singleElement()
        .asString()
        .contains("mesh/error")
        .doesNotContain("\"id\":1");
    assertThat(peer.transport.received()).containsExactly("{\"id\":1,\"payload\":\"done\"}");
    assertThat(peer.ask("{\"id\":1,\"command\":\"nope\"}").get(0)).contains("ENOTFOUND");
  }

  @Test
  void nothingButAuthenticationRunsBeforeARequiredIdentity() {
    CommandRoom required = CommandRoom.requiringAuthentication();
    required.commands.register("secret", ctx -> 42, CommandOptions.defaults());
    required.commands.registerAuthentication(
        (ctx, inTime) -> {
          ctx.connection().identify(Identity.of("ann"));
          return true;
        },
        CommandRoom.TIMEOUT);
    required.commands.addMiddleware(
        Middleware.before(
            (Middleware.Check) ctx -> assertThat(ctx.connection().identity()).isPresent()));
    CommandRoom.Peer guest = required.v1();

    assertThat(guest.ask("{\"id\":1,\"command\":\"secret\"}").get(0)).contains("EUNAUTHORIZED");
    assertThat(guest.ask("{\"id\":2,\"command\":\"mesh/noop\"}").get(0)).contains("EUNAUTHORIZED");
    assertThat(guest.ask("{\"id\":3,\"command\":\"mesh/authenticate\"}"))
        .containsExactly("{\"id\":3,\"payload\":true}");
    assertThat(guest.ask("{\"id\":4,\"command\":\"secret\"}"))
        .containsExactly("{\"id\":4,\"payload\":42}");
  }

  @Test
  void replyLargerThanTheOutboxFailsTheCommandAlone() {
    room.commands.register(
        "big", ctx -> "x".repeat(CommandRoom.MAX_OUTBOX_BYTES), CommandOptions.defaults());

    assertThat(peer.ask("{\"id\":1,\"command\":\"big\"}").get(0)).contains("\"id\":1", "ETOOLARGE");
    assertThat(peer.session.isOpen()).isTrue();
    assertThat(room.metrics.limits).doesNotContain(Limit.OUTBOX);
  }

  private int timersOfAnIdlePeer() {
    CommandRoom other = new CommandRoom();
    other.v1();
    return other.scheduler.pending();
  }
}
