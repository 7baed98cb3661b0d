// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.core.protocol.CommandException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class ServerCommandTest {
  private static final String ASK = "{\"id\":70,\"command\":\"ask\",\"payload\":[1,2]}";
  private static final String INTERNAL =
      "{\"id\":70,\"error\":{\"code\":\"ESERVER\",\"message\":\"The client failed to run the command.\"}}";

  private final ClientRig rig = new ClientRig();
  private final FakeSocket socket = rig.connected();

  @Test
  void handlerAnswersTheServer() {
    rig.client.registerCommand("ask", context -> context.command() + context.payload().size());

    ask();

    assertThat(socket.takeOne()).isEqualTo("{\"id\":70,\"payload\":\"ask2\"}");
  }

  @Test
  void typedHandlerGetsItsPayload() {
    rig.client.registerCommand(
        "ask",
        new TypeReference<List<Integer>>() {},
        (numbers, context) -> numbers.stream().mapToInt(i -> i).sum());

    ask();

    assertThat(socket.takeOne()).isEqualTo("{\"id\":70,\"payload\":3}");
  }

  @Test
  void payloadThatDoesNotFitIsABadRequest() {
    rig.client.registerCommand("ask", String.class, (text, context) -> text);

    ask();

    assertThat(socket.takeOne()).contains("\"code\":\"EBADREQUEST\"");
  }

  @Test
  void nullIsAnAnswer() {
    rig.client.registerCommand("ask", context -> null);

    ask();

    assertThat(socket.takeOne()).isEqualTo("{\"id\":70,\"payload\":null}");
  }

  @Test
  void stageIsAnsweredWhenItCompletes() {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    rig.client.registerCommand("ask", context -> answer);

    ask();
    assertThat(socket.takeSent()).isEmpty();
    answer.complete(5);
    rig.loop.run();

    assertThat(socket.takeOne()).isEqualTo("{\"id\":70,\"payload\":5}");
  }

  @Test
  void commandExceptionGoesOut() {
    rig.client.registerCommand(
        "ask",
        context -> {
          throw CommandException.accessDenied("not you");
        });

    ask();

    assertThat(socket.takeOne())
        .isEqualTo("{\"id\":70,\"error\":{\"code\":\"EACCESS\",\"message\":\"not you\"}}");
  }

  @Test
  void otherFailuresDoNotTellTheirText() {
    rig.client.registerCommand(
        "ask",
        context -> {
          throw new IllegalStateException("the password is 1234");
        });

    ask();

    assertThat(socket.takeOne()).isEqualTo(INTERNAL);
  }

  @Test
  void failedStageAndErrorAreAnsweredToo() {
    rig.client.registerCommand(
        "ask", context -> CompletableFuture.failedFuture(new Exception("x")));
    ask();
    assertThat(socket.takeOne()).isEqualTo(INTERNAL);

    rig.client.registerCommand(
        "ask",
        context -> {
          throw new AssertionError("x");
        });
    ask();
    assertThat(socket.takeOne()).isEqualTo(INTERNAL);
  }

  @Test
  void resultThatCannotBeWrittenIsAnsweredToo() {
    rig.client.registerCommand("ask", context -> new Object());

    ask();

    assertThat(socket.takeOne()).isEqualTo(INTERNAL);
  }

  @Test
  void unknownCommandIsNotFound() {
    ask();

    assertThat(socket.takeOne())
        .isEqualTo(
            "{\"id\":70,\"error\":{\"code\":\"ENOTFOUND\",\"message\":\"Command \\\"ask\\\" not found\"}}");
  }

  @Test
  void closedRegistrationIsGoneAndDoesNotTakeItsSuccessorAlong() {
    Registration first = rig.client.registerCommand("ask", context -> 1);
    rig.client.registerCommand("ask", context -> 2);

    first.close();
    first.close();
    ask();

    assertThat(socket.takeOne()).contains("\"payload\":2");
  }

  @Test
  void commandsBeyondTheLimitAreRefused() {
    ClientRig small =
        new ClientRig(b -> b.limits(ClientLimits.defaults().withMaxRunningHandlers(1)));
    FakeSocket other = small.connected();
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    small.client.registerCommand("ask", context -> answer);

    other.receive("{\"id\":70,\"command\":\"ask\",\"payload\":1}");
    other.receive("{\"id\":71,\"command\":\"ask\",\"payload\":1}");
    assertThat(other.takeOne()).contains("\"id\":71").contains("ELIMIT");
    answer.complete(1);
    small.loop.run();
    other.takeSent();
    other.receive("{\"id\":72,\"command\":\"ask\",\"payload\":1}");
    small.loop.run();

    assertThat(other.takeOne()).contains("\"id\":72").contains("\"payload\":1");
  }

  @Test
  void answerAfterTheLossIsDropped() {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    rig.client.registerCommand("ask", context -> answer);
    ask();

    socket.closeFromServer(1006, "");
    rig.awaitReconnect();
    FakeSocket next = rig.connector.next().accept();
    next.receive(Frames.welcome());
    answer.complete(1);
    rig.loop.run();

    assertThat(next.takeSent()).isEmpty();
  }

  @Test
  void resultLargerThanTheServerTakesIsAFailure() {
    rig.client.registerCommand("ask", context -> "x".repeat(400_000));

    ask();

    assertThat(socket.takeOne()).contains("ETOOLARGE");
  }

  @Test
  void namesOfTheProtocolCannotBeRegistered() {
    assertThatThrownBy(() -> rig.client.registerCommand("mesh/x", context -> 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rig.client.onMessage("ping", String.class, text -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void ask() {
    socket.receive(ASK);
    rig.loop.run();
  }
}
