// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.ClientRig.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.core.protocol.CommandException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class CommandTest {
  private final ClientRig rig = new ClientRig();

  record Point(int x, int y) {}

  @Test
  void commandIsARequestAndItsReplyCompletesTheFuture() {
    FakeSocket socket = rig.connected();

    CompletableFuture<String> reply = rig.echo("Hello!");
    assertThat(socket.takeOne())
        .isEqualTo("{\"id\":1,\"command\":\"echo\",\"payload\":\"Hello!\"}");
    socket.receive(Frames.reply(1, "\"echo: Hello!\""));

    assertThat(reply).isCompletedWithValue("echo: Hello!");
  }

  @Test
  void resultsAreBoundToTypes() {
    FakeSocket socket = rig.connected();

    CompletableFuture<Point> point = rig.client.command("p", null, Point.class);
    CompletableFuture<Map<String, Point>> points =
        rig.client.command("ps", new Point(1, 2), new TypeReference<Map<String, Point>>() {});
    CompletableFuture<JsonNode> tree = rig.client.command("t", List.of(1), JsonNode.class);
    CompletableFuture<Void> nothing = rig.client.command("n", 5, Void.class);
    rig.loop.run();
    assertThat(socket.takeSent())
        .containsExactly(
            "{\"id\":1,\"command\":\"p\",\"payload\":null}",
            "{\"id\":2,\"command\":\"ps\",\"payload\":{\"x\":1,\"y\":2}}",
            "{\"id\":3,\"command\":\"t\",\"payload\":[1]}",
            "{\"id\":4,\"command\":\"n\",\"payload\":5}");
    socket.receive(Frames.reply(3, "{\"a\":[true]}"));
    socket.receive(Frames.reply(2, "{\"a\":{\"x\":3,\"y\":4}}"));
    socket.receive(Frames.reply(1, "{\"x\":5,\"y\":6}"));
    socket.receive("{\"id\":4}");

    assertThat(point).isCompletedWithValue(new Point(5, 6));
    assertThat(points).isCompletedWithValue(Map.of("a", new Point(3, 4)));
    assertThat(tree.join().at("/a/0").booleanValue()).isTrue();
    assertThat(nothing).isCompletedWithValue(null);
  }

  @Test
  void failureCarriesCodeTextAndData() {
    FakeSocket socket = rig.connected();
    CompletableFuture<String> reply = rig.echo("x");

    socket.receive(
        "{\"id\":1,\"error\":{\"code\":\"EACCESS\",\"message\":\"no\",\"data\":{\"a\":1}}}");

    assertFailed(reply, "EACCESS");
    CommandException failure = (CommandException) failure(reply);
    assertThat(failure).hasMessage("no");
    assertThat(failure.data().orElseThrow().path("a").intValue()).isEqualTo(1);
  }

  @Test
  void resultThatLooksLikeALegacyErrorIsAResult() {
    FakeSocket socket = rig.connected();
    CompletableFuture<JsonNode> reply = rig.client.command("c", null, JsonNode.class);
    rig.loop.run();

    socket.receive(Frames.reply(1, "{\"error\":\"a\",\"code\":\"b\",\"name\":\"c\"}"));

    assertThat(reply.join().path("code").textValue()).isEqualTo("b");
  }

  @Test
  void resultThatDoesNotFitItsTypeFailsTheFuture() {
    FakeSocket socket = rig.connected();
    CompletableFuture<Point> reply = rig.client.command("p", null, Point.class);
    rig.loop.run();

    socket.receive(Frames.reply(1, "{\"x\":\"far\"}"));

    assertThat(failure(reply))
        .isInstanceOf(UnexpectedReplyException.class)
        .hasMessageContaining("reply to p");
  }

  @Test
  void callTimesOutWithTheFamilysText() {
    FakeSocket socket = rig.connected();
    CompletableFuture<String> reply =
        rig.client.command("echo", "x", String.class, Duration.ofMillis(1_500));

    rig.loop.advance(Duration.ofMillis(1_499));
    assertThat(reply).isNotDone();
    rig.loop.advance(Duration.ofMillis(1));

    assertFailed(reply, "ETIMEOUT");
    assertThat(failure(reply)).hasMessage("Command timed out after 1500ms.");
    socket.receive(Frames.reply(1, "\"late\""));
    assertFailed(reply, "ETIMEOUT");
  }

  @Test
  void lateReplyIsNotTakenForTheNextCall() {
    FakeSocket socket = rig.connected();
    CompletableFuture<String> first =
        rig.client.command("echo", "1", String.class, Duration.ofSeconds(1));
    rig.loop.advance(Duration.ofSeconds(1));
    CompletableFuture<String> second = rig.echo("2");

    socket.receive(Frames.reply(1, "\"1\""));
    socket.receive(Frames.reply(2, "\"2\""));

    assertFailed(first, "ETIMEOUT");
    assertThat(second).isCompletedWithValue("2");
  }

  @Test
  void commandTimeoutOfTheClientIsTheDefault() {
    ClientRig quick = new ClientRig(b -> b.commandTimeout(Duration.ofMillis(50)));
    quick.connected();
    CompletableFuture<String> reply = quick.echo("x");

    quick.loop.advance(Duration.ofMillis(50));

    assertThat(failure(reply)).hasMessage("Command timed out after 50ms.");
  }

  @Test
  void cancelledCallFreesItsPlace() {
    ClientRig one = new ClientRig(b -> b.limits(ClientLimits.defaults().withMaxCallsInFlight(1)));
    FakeSocket socket = one.connected();
    CompletableFuture<String> first = one.echo("1");
    CompletableFuture<String> second = one.echo("2");
    assertThat(socket.takeSent()).hasSize(1);

    first.cancel(false);
    one.loop.run();

    assertThat(socket.takeOne()).contains("\"id\":2");
    socket.receive(Frames.reply(1, "\"1\""));
    socket.receive(Frames.reply(2, "\"2\""));
    assertThat(second).isCompletedWithValue("2");
  }

  @Test
  void cancelledCallThatWaitsIsNeverSent() {
    ClientRig lost = new ClientRig();
    lost.connected().closeFromServer(1006, "");
    CompletableFuture<String> waiting = lost.echo("1");

    waiting.cancel(true);
    lost.awaitReconnect();
    FakeSocket socket = lost.connector.next().accept();
    socket.receive(Frames.welcome());

    assertThat(socket.takeSent()).isEmpty();
  }

  @Test
  void callsInFlightFailWithTheConnectionAndWaitingOnesSurvive() {
    FakeSocket first = rig.connected();
    CompletableFuture<String> inFlight = rig.echo("1");
    first.closeFromServer(1006, "");
    CompletableFuture<String> waiting = rig.echo("2");
    assertFailed(inFlight, "CONNECTION_LOST");
    assertThat(waiting).isNotDone();

    rig.awaitReconnect();
    FakeSocket second = rig.connector.next().accept();
    second.receive(Frames.welcome());
    assertThat(second.takeOne()).contains("\"payload\":\"2\"");
    second.receive(Frames.reply(1, "\"2\""));

    assertThat(waiting).isCompletedWithValue("2");
  }

  @Test
  void waitingCallTimesOut() {
    rig.connected().closeFromServer(1006, "");
    CompletableFuture<String> waiting =
        rig.client.command("echo", "x", String.class, Duration.ofMillis(100));

    rig.loop.advance(Duration.ofMillis(100));

    assertFailed(waiting, "ETIMEOUT");
  }

  @Test
  void queueRefusesTheCallBeyondItsNumber() {
    ClientRig small =
        new ClientRig(b -> b.limits(ClientLimits.defaults().withQueuedCalls(3, 1_000)));
    small.client.connect();
    List<CompletableFuture<String>> fitting =
        List.of(small.echo("1"), small.echo("2"), small.echo("3"));

    CompletableFuture<String> tooMany = small.echo("4");

    assertFailed(tooMany, "ELIMIT");
    assertThat(fitting).allMatch(f -> !f.isDone());
  }

  @Test
  void queueRefusesTheCallBeyondItsBytes() {
    // "echo" and the quoted text count
    ClientRig small = new ClientRig(b -> b.limits(ClientLimits.defaults().withQueuedCalls(9, 30)));
    small.client.connect();
    CompletableFuture<String> first = small.echo("123456789"); // 15
    CompletableFuture<String> second = small.echo("123456789"); // 30

    CompletableFuture<String> tooMuch = small.echo("");

    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
    assertFailed(tooMuch, "ELIMIT");
  }

  @Test
  void callsBeyondWhatTheServerTakesAreHeldBack() {
    FakeSocket socket = rig.connected(Frames.welcome(2, 1, 1_000_000, 100_000));

    for (int i = 0; i < 5; i++) {
      rig.echo("x");
    }
    assertThat(socket.takeSent()).hasSize(3);
    socket.receive(Frames.reply(2, "1"));

    assertThat(socket.takeOne()).contains("\"id\":4");
  }

  @Test
  void callsBeyondTheBytesTheServerHoldsAreHeldBack() {
    FakeSocket socket = rig.connected(Frames.welcome(1, 100, 40, 100_000));

    rig.echo("123456789"); // runs
    rig.echo("123456789"); // 30 of 40
    rig.echo("123456789"); // 45
    assertThat(socket.takeSent()).hasSize(2);
    socket.receive(Frames.reply(1, "1"));

    assertThat(socket.takeSent()).hasSize(1);
  }

  @Test
  void callsWaitWhileTheSocketDoesNotTakeMore() {
    FakeSocket socket = rig.connected();
    socket.stall();
    String large = "x".repeat(200_000);

    rig.echo(large);
    rig.echo(large);
    rig.echo("small");
    assertThat(socket.takeSent()).hasSize(1);
    socket.finishSend();

    assertThat(socket.takeOne()).hasSizeGreaterThan(200_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {49, 50, 51})
  void frameLargerThanTheServerTakesIsNotSent(int maxMessageBytes) {
    FakeSocket socket = rig.connected(Frames.welcome(9, 9, 1_000, maxMessageBytes));
    String frame = "{\"id\":1,\"command\":\"echo\",\"payload\":\"0123456789\"}"; // 48 bytes

    CompletableFuture<String> reply = rig.echo("0123456789" + "x".repeat(50 - frame.length()));

    if (maxMessageBytes < 50) {
      assertFailed(reply, "ETOOLARGE");
      assertThat(socket.takeSent()).isEmpty();
    } else {
      assertThat(socket.takeOne()).hasSize(50);
    }
  }

  @Test
  void callWithoutAConnectionFails() {
    CompletableFuture<String> reply = rig.echo("x");

    assertFailed(reply, "EUNAVAILABLE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "mesh/x", "rt/x", "ping", "latency:request", "a\nb", "a\u202Eb"})
  void namesOfTheProtocolAreNotSent(String name) {
    FakeSocket socket = rig.connected();

    CompletableFuture<String> reply = rig.client.command(name, null, String.class);
    rig.loop.run();

    assertThat(failure(reply)).isInstanceOf(IllegalArgumentException.class);
    assertThat(socket.takeSent()).isEmpty();
  }

  @Test
  void payloadThatCannotBeWrittenFailsTheFuture() {
    rig.connected();

    CompletableFuture<String> reply = rig.client.command("x", new Object(), String.class);

    assertThat(failure(reply)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void failedSendIsALoss() {
    FakeSocket socket = rig.connected();
    socket.stall();
    CompletableFuture<String> reply = rig.echo("x");

    socket.failSend(new IOException("broken pipe"));

    assertFailed(reply, "CONNECTION_LOST");
    assertThat(rig.client.status()).isEqualTo(ClientStatus.RECONNECTING);
  }
}
