// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.ClientRig.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class LegacyServerTest {
  private static final Duration GREETING_TIME = Duration.ofMillis(250);
  private static final String NOT_FOUND =
      "{\"error\":\"Command \\\"noop\\\" not found\",\"code\":\"ENOTFOUND\",\"name\":\"CommandError\"}";

  private final ClientRig rig = new ClientRig();

  @ParameterizedTest
  @CsvSource({"mesh/assign-id, MESH", "rt/assign-id, REALTIME"})
  void assignedIdTellsTheGeneration(String command, Generation generation) {
    rig.connected("{\"command\":\"" + command + "\",\"payload\":\"conn-9\"}");

    assertThat(rig.client.connectionId()).contains("conn-9");
    assertThat(rig.client.serverInfo().orElseThrow().generation()).isEqualTo(generation);
  }

  @Test
  void serverThatAssignsTwiceIsKnownToSpeakSeveralGenerations() {
    FakeSocket socket = rig.connected(Frames.MESH_ASSIGN_ID);
    assertThat(rig.client.serverInfo().orElseThrow().announcesSeveralGenerations()).isFalse();

    socket.receive(Frames.RT_ASSIGN_ID);

    assertThat(rig.client.serverInfo().orElseThrow().announcesSeveralGenerations()).isTrue();
    assertThat(rig.client.serverInfo().orElseThrow().generation()).isEqualTo(Generation.MESH);
  }

  @ParameterizedTest
  @CsvSource({"1, mesh/noop, MESH", "2, rt/noop, REALTIME"})
  void silentServerIsAskedAndAnswers(long id, String command, Generation generation) {
    CompletableFuture<Void> connected = rig.client.connect();
    FakeSocket socket = rig.connector.next().accept();

    rig.loop.advance(GREETING_TIME);
    assertThat(socket.takeSent())
        .containsExactly(
            "{\"id\":1,\"command\":\"mesh/noop\",\"payload\":{}}",
            "{\"id\":2,\"command\":\"rt/noop\",\"payload\":{}}");
    socket.receive(Frames.legacyReply(3 - id, "noop", NOT_FOUND));
    assertThat(connected).isNotDone();
    socket.receive(Frames.legacyReply(id, command, "true"));

    assertThat(connected).isCompleted();
    assertThat(rig.client.serverInfo().orElseThrow().generation()).isEqualTo(generation);
    assertThat(rig.client.connectionId()).isEmpty();
  }

  @Test
  void serverThatKnowsNeitherProbeIsBare() {
    CompletableFuture<Void> connected = rig.client.connect();
    FakeSocket socket = rig.connector.next().accept();
    rig.loop.advance(GREETING_TIME);

    socket.receive(Frames.legacyReply(2, "rt/noop", NOT_FOUND));
    socket.receive(Frames.legacyReply(1, "mesh/noop", NOT_FOUND));

    assertThat(connected).isCompleted();
    assertThat(rig.client.serverInfo().orElseThrow().generation()).isEqualTo(Generation.BARE);
  }

  @Test
  void serverThatDoesNotAnswerTheProbesIsNoServer() {
    CompletableFuture<Void> connected = rig.client.connect();
    FakeSocket socket = rig.connector.next().accept();

    rig.loop.advance(GREETING_TIME.plusSeconds(2));

    assertThat(failure(connected)).hasMessageContaining("generation");
    assertThat(socket.closes()).containsExactly(1001);
  }

  @Test
  void commandsWaitForTheDecision() {
    rig.client.connect();
    FakeSocket socket = rig.connector.next().accept();
    rig.echo("x");
    assertThat(socket.takeSent()).isEmpty();

    socket.receive(Frames.MESH_ASSIGN_ID);

    assertThat(socket.takeOne()).isEqualTo("{\"id\":1,\"command\":\"echo\",\"payload\":\"x\"}");
  }

  @Test
  void echoedSubprotocolDoesNotFoolTheClient() {
    rig.client.connect();
    FakeSocket socket = rig.connector.next().accept();

    socket.receive("{\"command\":\"ping\",\"payload\":{}}");
    assertThat(socket.takeOne()).isEqualTo("{\"id\":1,\"command\":\"pong\",\"payload\":{}}");
    socket.receive(Frames.welcome());
    assertThat(rig.client.status()).isEqualTo(ClientStatus.CONNECTING);
    socket.receive(Frames.RT_ASSIGN_ID);

    assertThat(rig.client.serverInfo().orElseThrow().generation()).isEqualTo(Generation.REALTIME);
  }

  @Test
  void pushesBeforeTheDecisionAreDelivered() {
    StringBuilder heard = new StringBuilder();
    rig.client.onMessage("hello", String.class, heard::append);
    rig.client.connect();
    FakeSocket socket = rig.connector.next().accept();

    socket.receive("{\"command\":\"hello\",\"payload\":\"world\"}");

    assertThat(heard.toString()).isEqualTo("world");
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "V1")
  void generationThatWasAskedForIsNotProbed(Generation generation) {
    ClientRig fixed = new ClientRig(b -> b.generation(generation));
    CompletableFuture<Void> connected = fixed.client.connect();
    var opening = fixed.connector.next();
    FakeSocket socket = opening.accept();

    fixed.loop.advance(GREETING_TIME);

    assertThat(opening.target().subprotocols()).isEmpty();
    assertThat(connected).isCompleted();
    assertThat(socket.takeSent()).isEmpty();
    assertThat(fixed.client.serverInfo().orElseThrow().generation()).isEqualTo(generation);
  }

  @Test
  void otherGenerationThanV1IsRefusedWhenV1WasAskedFor() {
    ClientRig fixed = new ClientRig(b -> b.generation(Generation.V1));
    CompletableFuture<Void> connected = fixed.client.connect();
    FakeSocket socket = fixed.connector.next().accept();

    socket.receive(Frames.MESH_ASSIGN_ID);

    assertThat(((ConnectionFailedException) failure(connected)).closeCode()).hasValue(4526);
    assertThat(socket.closes()).containsExactly(4526);
  }

  @Test
  void absentPayloadIsAnEmptyObject() {
    FakeSocket socket = rig.connected(Frames.MESH_ASSIGN_ID);

    CompletableFuture<Void> reply = rig.client.command("void", null, Void.class);
    rig.loop.run();
    assertThat(socket.takeOne()).contains("\"payload\":{}");
    socket.receive("{\"id\":1,\"command\":\"void\"}");

    assertThat(reply).isCompletedWithValue(null);
  }

  @Test
  void errorObjectFailsTheCall() {
    FakeSocket socket = rig.connected(Frames.MESH_ASSIGN_ID);
    CompletableFuture<String> reply = rig.echo("x");

    socket.receive(
        Frames.legacyReply(
            1, "echo", "{\"error\":\"bad thing\",\"code\":\"ESERVER\",\"name\":\"TypeError\"}"));

    assertFailed(reply, "ESERVER");
    assertThat(failure(reply)).hasMessage("bad thing");
  }

  @Test
  void rawVariantReturnsTheErrorObject() {
    FakeSocket socket = rig.connected(Frames.MESH_ASSIGN_ID);
    CompletableFuture<JsonNode> reply = rig.client.commandRaw("echo", "x");
    rig.loop.run();

    socket.receive(Frames.legacyReply(1, "echo", NOT_FOUND));

    assertThat(reply.join().path("code").textValue()).isEqualTo("ENOTFOUND");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"error\":\"a\",\"code\":\"b\"}",
        "{\"error\":\"a\",\"code\":\"b\",\"name\":null}",
        "{\"error\":\"a\",\"code\":\"b\",\"name\":\"c\",\"more\":\"d\"}",
        "[\"error\",\"code\",\"name\"]",
        "{}",
        "false"
      })
  void nearlyErrorObjectsAreResults(String payload) {
    FakeSocket socket = rig.connected(Frames.MESH_ASSIGN_ID);
    CompletableFuture<JsonNode> reply = rig.client.command("c", null, JsonNode.class);
    rig.loop.run();

    socket.receive(Frames.legacyReply(1, "c", payload));

    assertThat(reply.join().toString()).isEqualTo(payload);
  }

  @Test
  void builtInBearsThePrefixOfTheServer() {
    FakeSocket socket = rig.connected(Frames.RT_ASSIGN_ID);

    rig.client.authenticate("secret");
    rig.loop.run();

    assertThat(socket.takeOne())
        .isEqualTo(
            "{\"id\":1,\"command\":\"rt/authenticate\",\"payload\":{\"credentials\":\"secret\"}}");
  }
}
