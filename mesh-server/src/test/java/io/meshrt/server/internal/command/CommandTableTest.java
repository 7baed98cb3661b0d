// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.command.Middleware;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registering, replacing and removing commands and middleware. */
class CommandTableTest {
  private final CommandRoom room = new CommandRoom();
  private final CommandRoom.Peer peer = room.v1();
  private final List<String> trace = new ArrayList<>();
  private int nextId = 10;

  @Test
  void laterMiddlewareOfACommandStandsInFront() {
    room.commands.addMiddleware(noting("global 1"));
    room.commands.register("c", ctx -> trace.add("first"), with("a1", "a2"));
    room.commands.register("c", ctx -> trace.add("second"), with("b1", "b2"));
    room.commands.addMiddleware(noting("global 2"));

    call("c");

    assertThat(trace).containsExactly("global 1", "global 2", "b1", "b2", "a1", "a2", "second");
  }

  @Test
  void closingAReplacedRegistrationKeepsItsSuccessor() {
    Runnable first = room.commands.register("c", ctx -> "first", CommandOptions.defaults());
    Runnable second = room.commands.register("c", ctx -> "second", CommandOptions.defaults());

    first.run();
    String replaced = call("c");
    second.run();
    second.run();

    assertThat(replaced).contains("second");
    assertThat(call("c")).contains("ENOTFOUND");
  }

  @Test
  void removedCommandForgetsItsMiddleware() {
    room.commands.register("c", ctx -> 1, with("a")).run();
    room.commands.register("c", ctx -> 2, CommandOptions.defaults());

    call("c");

    assertThat(trace).isEmpty();
  }

  @Test
  void closingMiddlewareTakesAwayThatAdditionOnly() {
    Middleware twice = noting("m");
    Runnable first = room.commands.addMiddleware(twice);
    room.commands.addMiddleware(twice);
    room.commands.register("c", ctx -> 1, CommandOptions.defaults());

    first.run();
    first.run();
    call("c");

    assertThat(trace).containsExactly("m");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mesh/x",
        "rt/x",
        "ping",
        "pong",
        "latency",
        "latency:request",
        "a\u0000b",
        "a\nb",
        "a\u202eb"
      })
  void namesThatAreReservedOrDeceiveAreRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> room.commands.register(name, ctx -> 1, CommandOptions.defaults()))
        .withMessageStartingWith("name: ");
  }

  @Test
  void namesMayHave255BytesAndNoMore() {
    String longest = "é".repeat(127) + "e";

    room.commands.register(longest, ctx -> 1, CommandOptions.defaults());

    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> room.commands.register(longest + "e", ctx -> 1, CommandOptions.defaults()));
  }

  private String call(String command) {
    return peer.ask("{\"id\":" + nextId++ + ",\"command\":\"" + command + "\"}").get(0);
  }

  private CommandOptions with(String... names) {
    CommandOptions options = CommandOptions.defaults();
    for (String name : names) {
      options = options.withMiddleware(noting(name));
    }
    return options;
  }

  private Middleware noting(String name) {
    return Middleware.before((Middleware.Check) ctx -> trace.add(name));
  }
}
