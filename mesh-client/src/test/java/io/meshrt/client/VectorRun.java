// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.protocol.CommandException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/**
 * Plays one of the test vectors of {@code test-data/protocol/client}, whose README explains the
 * steps.
 */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
final class VectorRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_PAUSE_MILLIS = 20_000;

  private final ClientRig rig;
  private final VectorServer server;
  private final VectorCalls calls;
  private final Map<String, VectorCalls.Outcome> outcomes = new HashMap<>();
  private final Map<String, ArrayDeque<JsonNode>> heard = new HashMap<>();

  /** A client with these options. */
  VectorRun(JsonNode given) {
    rig = VectorOptions.rig(given);
    server = new VectorServer(rig.connector);
    calls = new VectorCalls(rig.client);
    rig.client.onError(this::onError);
  }

  private void onError(ClientError error) {
    if (error.kind() != ClientError.Kind.LISTENER_FAILED) { // the application's own
      ObjectNode event = JsonNodeFactory.instance.objectNode();
      event.put("kind", error.kind().name());
      event.put("subject", error.subject().name());
      hear("errors", event.put("name", error.name()));
    }
  }

  private void hear(String label, JsonNode event) {
    events(label).add(event);
  }

  private ArrayDeque<JsonNode> events(String label) {
    return heard.computeIfAbsent(label, key -> new ArrayDeque<>());
  }

  /** Plays it; fails where the client does something else. */
  void play(JsonNode vector) throws Exception {
    if (!vector.path("start").asText().equals("new")) {
      step(JSON.readTree("{\"call\":\"connect\"}"));
      step(JSON.readTree("{\"accept\":{}}"));
    }
    int number = 0;
    for (JsonNode step : vector.get("steps")) {
      number++;
      try {
        step(step);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("step %d %s: %s".formatted(number, step, e.getMessage()), e);
      }
    }
    assertThat(server.unexpected()).as("sent and not expected").isEmpty();
    heard.forEach((label, events) -> assertThat(events).as("told to " + label).isEmpty());
  }

  private void step(JsonNode step) {
    String kind = step.fieldNames().next();
    JsonNode about = step.get(kind);
    if (kind.startsWith("expect")) {
      expect(kind, about, step);
      return;
    }
    switch (kind) {
      case "call" -> call(about.textValue(), step);
      case "abort" -> outcome(about).future().cancel(false);
      case "accept" -> server.accept((ObjectNode) about);
      case "open" -> server.open();
      case "refuse" -> rig.connector.next().refuse(about.intValue());
      case "receive" -> server.tell(about, step.path("on").asText().equals("previous"));
      case "receiveText" -> server.socket().receive(about.textValue());
      case "drop" ->
          server.socket().closeFromServer(about.intValue(), step.path("reason").asText(""));
      case "advance" -> rig.loop.advance(Duration.ofMillis(about.longValue()));
      case "reconnect" -> reconnect((ObjectNode) about);
      default -> throw new IllegalArgumentException("unknown step " + kind);
    }
    rig.loop.run();
  }

  private void call(String call, JsonNode step) {
    String label = step.path("as").asText(call);
    outcomes.put(label, calls.make(call, step, event -> hear(label, event)));
  }

  private void reconnect(ObjectNode welcome) {
    int made = rig.connector.opened();
    server.socket().closeFromServer(1006, "");
    for (int waited = 0;
        rig.connector.opened() == made && waited < MAX_PAUSE_MILLIS;
        waited += 100) {
      rig.loop.advance(Duration.ofMillis(100));
    }
    server.accept(welcome);
  }

  private void expect(String kind, JsonNode about, JsonNode step) {
    switch (kind) {
      case "expectSend" -> server.expectSend(about);
      case "expectState" -> {
        assertThat(rig.client.status().name()).isEqualTo(about.textValue());
        assertPart(((ObjectNode) step.deepCopy()).without("expectState"), state());
      }
      case "expectAttempts" -> assertThat(rig.connector.opened()).isEqualTo(about.intValue());
      case "expectClose" ->
          assertThat(about).contains(JsonNodeFactory.instance.numberNode(server.closedWith()));
      case "expectPending" -> assertThat(outcome(about).future()).isNotDone();
      case "expectResult" -> {
        assertThat(outcome(about).future()).isCompleted();
        assertPart(step.get("is"), outcome(about).result().get());
      }
      case "expectError" -> expectError(outcome(about).future(), step);
      case "expectEvent" -> {
        JsonNode event = events(about.textValue()).poll();
        assertPart(step.get("is"), event == null ? NullNode.instance : event);
      }
      default -> throw new IllegalArgumentException("unknown step " + kind);
    }
  }

  private VectorCalls.Outcome outcome(JsonNode label) {
    return outcomes.get(label.textValue());
  }

  private ObjectNode state() {
    ObjectNode state = JsonNodeFactory.instance.objectNode();
    state.put("connectionId", rig.client.connectionId().orElse(null));
    if (!rig.changes.isEmpty()) {
      StatusChange last = rig.changes.get(rig.changes.size() - 1);
      state.put("closeCode", last.closeCode().orElse(0));
      state.put("reason", last.reason()).put("gaveUp", last.gaveUp());
    }
    return state;
  }

  private static void expectError(CompletableFuture<?> future, JsonNode step) {
    assertThat(future).isCompletedExceptionally();
    Throwable failure = ClientRig.failure(future);
    assertThat(codeOf(failure)).isEqualTo(step.get("code").textValue());
    if (step.has("message")) {
      assertThat(failure).hasMessage(step.get("message").textValue());
    }
    if (step.has("data")) {
      assertPart(step.get("data"), ((CommandException) failure).data().orElseThrow());
    }
  }

  private static String codeOf(Throwable failure) {
    if (failure instanceof CommandException refused) {
      return refused.code();
    }
    if (failure instanceof ConnectionFailedException) {
      return "EUNAVAILABLE";
    }
    if (failure instanceof CancellationException) {
      return "ABORTED";
    }
    return failure instanceof IllegalArgumentException ? "INVALID" : failure.toString();
  }

  private static void assertPart(JsonNode expected, JsonNode actual) {
    assertThat(VectorFrames.matchesPartly(expected, actual))
        .as("%s is to be %s", actual, expected)
        .isTrue();
  }
}
