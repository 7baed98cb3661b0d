// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.command.Middleware;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Handlers of ordered commands are called in the order in which the commands came. */
@SuppressWarnings("FutureReturnValueIgnored") // handlers return stages as plain objects
class OrderedTest {
  private final CommandRoom room = new CommandRoom();
  private final CommandRoom.Peer peer = room.v1();
  private final List<Integer> called = new ArrayList<>();
  private final CompletableFuture<Boolean> first = new CompletableFuture<>();

  private void registerBehindMiddleware() {
    room.commands.addMiddleware(
        Middleware.before(
            (Middleware.AsyncCheck)
                ctx ->
                    ctx.payload().asInt() == 1 ? first : CompletableFuture.completedFuture(true)));
    room.commands.registerOrdered(
        Pattern.compile("do.*"),
        ctx -> {
          called.add(ctx.payload(Integer.class));
          return new CompletableFuture<>(); // however long it takes
        },
        CommandOptions.runNonBlocking());
  }

  @Test
  void oneIsCalledWhenThoseBeforeWere() {
    registerBehindMiddleware();

    peer.ask(command(1), command(2));
    boolean early = !called.isEmpty();
    first.complete(true);
    room.executor.runAll();

    assertThat(early).isFalse();
    assertThat(called).containsExactly(1, 2);
  }

  @Test
  void oneIsCalledWhenTheOneBeforeWasRefused() {
    registerBehindMiddleware();

    peer.ask(command(1), command(2));
    first.completeExceptionally(CommandException.accessDenied("no"));
    room.executor.runAll();

    assertThat(called).containsExactly(2);
  }

  @Test
  void registeredNamesWinOverPatterns() {
    registerBehindMiddleware();
    room.commands.register("done", ctx -> "own", CommandOptions.runNonBlocking());

    assertThat(room.commands.isOrdered("do")).isTrue();
    assertThat(room.commands.isOrdered("done")).isFalse();
    assertThat(room.commands.isOrdered("xdo")).isFalse();
  }

  private static String command(int number) {
    return "{\"id\":" + number + ",\"command\":\"do\",\"payload\":" + number + "}";
  }
}
