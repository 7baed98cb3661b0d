// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.internal.metrics.Limit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ClientCallsTest {
  private final TestNode node = new TestNode();

  @Test
  void aCallIsARequestAndItsReplyCompletesIt() {
    TestNode.Client client = node.v1();

    CompletableFuture<String> call = client.session().command("where", List.of(2), String.class);
    client.transport().turn();
    List<String> sent = client.transport().sent();
    client.transport().receive("{\"id\":1,\"payload\":\"here\"}");
    boolean doneOnTheIoThread = call.isDone();
    node.threads.runAll();

    assertThat(sent).containsExactly("{\"id\":1,\"command\":\"where\",\"payload\":[2]}");
    assertThat(doneOnTheIoThread).isFalse();
    assertThat(call).isCompletedWithValue("here");
    assertThat(node.scheduler.pending()).isEqualTo(1);
  }

  @Test
  void genericTypesAreBound() {
    TestNode.Client client = node.v1();

    CompletableFuture<List<Integer>> call =
        client.session().command("numbers", null, new TypeReference<List<Integer>>() {});
    client.transport().receive("{\"id\":1,\"payload\":[3,4]}");
    node.threads.runAll();

    assertThat(call).isCompletedWithValue(List.of(3, 4));
  }

  @Test
  void aNullResultCompletesWithNull() {
    TestNode.Client client = node.v1();

    CompletableFuture<String> call = client.session().command("nothing", null, String.class);
    client.transport().receive("{\"id\":1,\"payload\":null}");
    node.threads.runAll();

    assertThat(call).isCompletedWithValue(null);
  }

  @Test
  void aFailureOfTheClientIsTheFailureOfTheCall() {
    TestNode.Client client = node.v1();

    CompletableFuture<String> call = client.session().command("where", null, String.class);
    client
        .transport()
        .receive(
            "{\"id\":1,\"error\":{\"code\":\"EBUSY\",\"message\":\"not now\",\"data\":{\"a\":1}}}");
    node.threads.runAll();

    CommandException failure = failureOf(call);
    assertThat(failure.code()).isEqualTo("EBUSY");
    assertThat(failure).hasMessage("not now");
    assertThat(failure.data()).map(Object::toString).contains("{\"a\":1}");
  }

  @Test
  void aFailureWithoutFormIsAFailureAllTheSame() {
    TestNode.Client client = node.v1();

    CompletableFuture<String> call = client.session().command("where", null, String.class);
    client.transport().receive("{\"id\":1,\"error\":[1]}");
    node.threads.runAll();

    assertThat(failureOf(call).code()).isEqualTo("ESERVER");
  }

  @Test
  void anAnswerOfAnotherTypeFailsTheCall() {
    TestNode.Client client = node.v1();

    CompletableFuture<Integer> call = client.session().command("where", null, Integer.class);
    client.transport().receive("{\"id\":1,\"payload\":{\"a\":[]}}");
    node.threads.runAll();

    assertThat(failureOf(call).code()).isEqualTo("EBADREQUEST");
  }

  @Test
  void noAnswerInTimeFailsTheCallAndALateOneIsDropped() {
    TestNode.Client client = node.v1();
    CompletableFuture<String> call =
        client.session().command("where", null, String.class, Duration.ofMillis(40));

    advance(39);
    boolean before = call.isDone();
    advance(1);
    client.transport().receive("{\"id\":1,\"payload\":\"late\"}");
    node.threads.runAll();

    assertThat(before).isFalse();
    assertThat(failureOf(call).code()).isEqualTo("ETIMEOUT");
  }

  @Test
  void genericTypesMayHaveATimeoutOfTheirOwn() {
    TestNode.Client client = node.v1();
    TypeReference<List<Integer>> type = new TypeReference<>() {};
    CompletableFuture<List<Integer>> call =
        client.session().command("numbers", null, type, Duration.ofMillis(40));

    advance(40);

    assertThat(failureOf(call).code()).isEqualTo("ETIMEOUT");
  }

  @Test
  void closeWhileACallWaitsFailsItAsLost() {
    TestNode.Client client = node.v1();
    CompletableFuture<String> call = client.session().command("where", null, String.class);

    client.transport().end();
    node.threads.runAll();

    assertThat(failureOf(call).code()).isEqualTo("CONNECTION_LOST");
    assertThat(node.scheduler.pending()).isZero();
  }

  @Test
  void callAfterTheEndFailsAsClosed() {
    TestNode.Client client = node.v1();
    client.transport().end();

    CompletableFuture<String> call = client.session().command("where", null, String.class);

    assertThat(failureOf(call).code()).isEqualTo("CLOSED");
  }

  @Test
  void callWhileClosingFailsAsClosed() {
    TestNode.Client client = node.v1();
    client.session().close(1000, "");

    CompletableFuture<String> call = client.session().command("where", null, String.class);

    assertThat(failureOf(call).code()).isEqualTo("CLOSED");
  }

  @Test
  void callsUpToTheLimitWaitAndOneMoreFails() {
    node.commandLimits = CommandLimits.defaults().withMaxCallsToClient(2);
    TestNode.Client client = node.v1();

    CompletableFuture<String> first = client.session().command("a", null, String.class);
    CompletableFuture<String> second = client.session().command("b", null, String.class);
    CompletableFuture<String> third = client.session().command("c", null, String.class);
    client.transport().receive("{\"id\":1,\"payload\":\"done\"}");
    CompletableFuture<String> fourth = client.session().command("d", null, String.class);

    assertThat(second).isNotDone();
    assertThat(failureOf(third).code()).isEqualTo("ELIMIT");
    assertThat(fourth).isNotDone();
    assertThat(node.metrics.hits(Limit.CALLS_TO_CLIENT)).isEqualTo(1);
    assertThat(first).isNotDone();
  }

  @Test
  void aCancelledCallMakesRoomAndLeavesNoTimer() {
    node.commandLimits = CommandLimits.defaults().withMaxCallsToClient(1);
    TestNode.Client client = node.v1();
    int timers = node.scheduler.pending();
    CompletableFuture<String> cancelled = client.session().command("a", null, String.class);

    boolean prevented = cancelled.cancel(false);
    int timersAfterCancel = node.scheduler.pending();
    CompletableFuture<String> next = client.session().command("b", null, String.class);

    assertThat(prevented).isTrue();
    assertThat(timersAfterCancel).isEqualTo(timers);
    assertThat(next).isNotDone();
  }

  @Test
  void legacyClientsCannotAnswerCommands() {
    TestNode.Client client = node.legacy();

    CompletableFuture<String> call = client.session().command("where", null, String.class);
    client.transport().turn();

    assertThat(failureOf(call).code()).isEqualTo("EUNAVAILABLE");
    assertThat(client.transport().sent()).isEmpty();
  }

  @Test
  void mistakesOfTheCallerAreReportedThroughTheFuture() {
    TestNode.Client client = node.v1();

    CompletableFuture<String> call = client.session().command("mesh/x", null, String.class);

    assertThat(call)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCallThatFillsTheOutboxFails() {
    node.connectionLimits = node.connectionLimits.withMaxOutboxBytes(1_000);
    TestNode.Client client = node.v1();
    client.transport().setWritableBytes(0);
    client.session().send("hello", "x".repeat(900));

    CompletableFuture<String> call =
        client.session().command("where", "x".repeat(100), String.class);

    assertThat(failureOf(call).code()).isEqualTo("CLOSED");
    assertThat(client.transport().closeCode()).isEqualTo(4008);
  }

  private void advance(int millis) {
    node.scheduler.advance(Duration.ofMillis(millis));
    node.threads.runAll();
  }

  private static CommandException failureOf(CompletableFuture<?> call) {
    try {
      call.getNow(null);
    } catch (CompletionException e) {
      return (CommandException) e.getCause();
    }
    throw new AssertionError("did not fail: " + call);
  }
}
