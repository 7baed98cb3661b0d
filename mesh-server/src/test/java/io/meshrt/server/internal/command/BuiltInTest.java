// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.command.Middleware;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Commands of the framework run one after the other for each session, in the order sent. */
class BuiltInTest {
  private final CommandRoom room = new CommandRoom();
  private final CommandRoom.Peer peer = room.v1();
  private final List<String> started = new ArrayList<>();
  private final Map<String, CompletableFuture<Object>> running = new HashMap<>();

  BuiltInTest() {
    for (String name : List.of("join-room", "leave-room", "get-room-metadata")) {
      room.commands.registerBuiltIn(
          name,
          (session, request) -> {
            started.add(request.name() + " " + request.id().json());
            return running.computeIfAbsent(request.name(), key -> new CompletableFuture<>());
          });
    }
  }

  @Test
  void theNextStartsWhenTheStageOfTheOneBeforeIsDone() {
    assertThat(peer.ask(request(1, "join-room"), request(2, "leave-room"))).isEmpty();
    List<String> before = List.copyOf(started);

    complete("join-room", "joined");
    complete("leave-room", "left");

    assertThat(before).containsExactly("join-room 1");
    assertThat(started).containsExactly("join-room 1", "leave-room 2");
    assertThat(peer.transport.received())
        .containsExactly("{\"id\":1,\"payload\":\"joined\"}", "{\"id\":2,\"payload\":\"left\"}");
    assertThat(turns().sessions()).isZero();
  }

  @Test
  void otherSessionsAndOtherCommandsDoNotWait() {
    room.commands.register("echo", ctx -> 1, CommandOptions.defaults());
    peer.ask(request(1, "join-room"));

    assertThat(peer.ask("{\"id\":2,\"command\":\"echo\"}"))
        .containsExactly("{\"id\":2,\"payload\":1}");
    room.v1().ask(request(3, "leave-room"));

    assertThat(started).containsExactly("join-room 1", "leave-room 3");
  }

  @Test
  void slowMiddlewareOfTheFirstDoesNotLetTheSecondOvertake() {
    CompletableFuture<Void> checked = new CompletableFuture<>();
    room.commands.addMiddleware(
        Middleware.before(
            (Middleware.AsyncCheck)
                ctx ->
                    ctx.command().endsWith("join-room")
                        ? checked
                        : CompletableFuture.completedFuture(null)));
    peer.ask(request(1, "join-room"), request(2, "leave-room"));
    List<String> before = List.copyOf(started);

    checked.complete(null);
    room.executor.runAll();
    complete("join-room", 1);

    assertThat(before).isEmpty();
    assertThat(started).containsExactly("join-room 1", "leave-room 2");
  }

  @Test
  void whatComesBehindTheReplyRunsBehindTheReply() {
    List<String> seen = new ArrayList<>();
    peer.ask(request(1, "join-room"));

    complete(
        "join-room",
        new Answer("joined", sent -> seen.add(sent + " " + peer.transport.received())));

    assertThat(seen).containsExactly("true [{\"id\":1,\"payload\":\"joined\"}]");
  }

  @Test
  void whatComesBehindTheReplyIsToldWhenTheCommandWasCutBefore() {
    List<Boolean> seen = new ArrayList<>();
    peer.ask(request(1, "join-room"));
    room.scheduler.advance(CommandRoom.TIMEOUT);

    complete("join-room", new Answer("joined", seen::add));

    assertThat(seen).containsExactly(false);
  }

  @Test
  void oneThatNeverCompletesIsCutAndTheNextRuns() {
    peer.ask(request(1, "join-room"));
    room.scheduler.advance(Duration.ofSeconds(1));
    peer.ask(request(2, "leave-room"));

    room.scheduler.advance(CommandRoom.TIMEOUT.minusSeconds(1));
    complete("leave-room", "left");

    assertThat(peer.transport.received())
        .filteredOn(frame -> frame.contains("\"id\""))
        .hasSize(2)
        .satisfies(
            replies -> {
              assertThat(replies.get(0)).contains("\"id\":1", "ETIMEOUT");
              assertThat(replies.get(1)).isEqualTo("{\"id\":2,\"payload\":\"left\"}");
            });
    assertThat(turns().sessions()).isZero();
  }

  @Test
  void oneThatIsCutWhileItWaitsNeverRunsAndKeepsTheOrder() {
    room.commands.registerBuiltIn(
        "join-room",
        (session, request) -> running.computeIfAbsent("j", k -> new CompletableFuture<>()));
    peer.send(request(1, "leave-room"), request(2, "join-room"));
    room.executor.runAll();
    room.scheduler.advance(CommandRoom.TIMEOUT);
    room.executor.runAll();

    peer.ask(request(3, "get-room-metadata"));

    assertThat(running).doesNotContainKey("j");
    assertThat(started).containsExactly("leave-room 1", "get-room-metadata 3");
  }

  @Test
  void whatMiddlewareRefusesGivesUpItsTurn() {
    room.commands.addMiddleware(
        Middleware.before(
            (Middleware.Check)
                ctx -> {
                  if (ctx.command().endsWith("join-room")) {
                    throw CommandException.unauthorized("log in");
                  }
                }));

    List<String> replies = peer.ask(request(1, "join-room"), request(2, "leave-room"));

    assertThat(replies).singleElement().asString().contains("EUNAUTHORIZED");
    assertThat(started).containsExactly("leave-room 2");
  }

  @Test
  void whatTheQueueRefusesGivesUpItsTurn() {
    String[] messages = new String[CommandRoom.MAX_RUNNING + CommandRoom.MAX_WAITING + 1];
    for (int i = 0; i < messages.length; i++) {
      messages[i] = request(i, "join-room");
    }

    List<String> replies = peer.ask(messages);
    complete("join-room", 1);

    assertThat(replies).singleElement().asString().contains("\"id\":5", "ELIMIT");
    assertThat(peer.transport.received()).hasSize(5);
    assertThat(turns().sessions()).isZero();
  }

  @Test
  void aClosedConnectionLeavesNoTurnBehind() {
    peer.ask(request(0, "join-room"), request(1, "join-room"), request(2, "join-room"));

    peer.session.close(4000, "gone");
    peer.send(request(3, "join-room"));
    complete("join-room", 1);

    assertThat(started).containsExactly("join-room 0", "join-room 1");
    assertThat(turns().sessions()).isZero();
  }

  @Test
  void failuresReachTheClientAsThoseOfHandlers() {
    peer.ask(request(1, "join-room"), request(2, "leave-room"));
    running
        .get("join-room")
        .completeExceptionally(CommandException.badRequest("roomName: missing"));
    room.executor.runAll();
    running.get("leave-room").completeExceptionally(new IllegalStateException("secret"));

    assertThat(peer.transport.received())
        .hasSize(2)
        .satisfies(
            replies -> {
              assertThat(replies.get(0)).contains("EBADREQUEST", "roomName: missing");
              assertThat(replies.get(1)).contains("ESERVER").doesNotContain("secret");
            });
    assertThat(room.failures).hasSize(1);
  }

  @Test
  void aRefusalIsToldAsTheGenerationThatAskedExpectsIt() {
    room.commands.registerBuiltIn(
        "subscribe-presence",
        (session, request) -> {
          throw CommandException.accessDenied("not you");
        });
    CommandRoom.Peer legacy = room.legacy();

    assertThat(legacy.ask("{\"id\":1,\"command\":\"rt/subscribe-presence\"}"))
        .containsExactly(
            "{\"id\":1,\"command\":\"rt/subscribe-presence\","
                + "\"payload\":{\"success\":false,\"present\":[]}}");
    assertThat(peer.ask(request(1, "subscribe-presence")))
        .containsExactly("{\"id\":1,\"error\":{\"code\":\"EACCESS\",\"message\":\"not you\"}}");
    assertThat(room.metrics.outcomes)
        .containsExactly("subscribe-presence FAILED", "subscribe-presence FAILED");
  }

  @Test
  void aRefusalByMiddlewareIsTheErrorObject() {
    room.commands.registerBuiltIn(
        "subscribe-presence", (session, request) -> CompletableFuture.completedFuture(true));
    room.commands.addMiddleware(
        Middleware.before(
            (Middleware.Check)
                ctx -> {
                  throw CommandException.accessDenied("not you");
                }));

    assertThat(room.legacy().ask("{\"id\":1,\"command\":\"mesh/subscribe-presence\"}"))
        .singleElement()
        .asString()
        .contains("\"payload\":{\"error\":\"not you\",\"code\":\"EACCESS\"");
  }

  @Test
  void anApplicationsAnswerUnderABareNameIsLeftAlone() {
    room.commands.registerBuiltIn(
        "subscribe-channel", (session, request) -> CompletableFuture.completedFuture(true));
    room.commands.register(
        "subscribe-channel",
        ctx -> Map.of("history", List.of("a", "b")),
        CommandOptions.defaults());

    assertThat(room.legacy().ask("{\"id\":1,\"command\":\"subscribe-channel\"}"))
        .containsExactly(
            "{\"id\":1,\"command\":\"subscribe-channel\","
                + "\"payload\":{\"history\":[\"a\",\"b\"]}}");
  }

  private Turns turns() {
    return ((Dispatcher) room.commands.requestHandler()).turns();
  }

  private void complete(String name, Object value) {
    room.executor.runAll();
    running.get(name).complete(value);
    room.executor.runAll();
  }

  private static String request(int id, String name) {
    return "{\"id\":" + id + ",\"command\":\"mesh/" + name + "\",\"payload\":{}}";
  }
}
