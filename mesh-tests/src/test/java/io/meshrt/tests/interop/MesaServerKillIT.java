// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.meshrt.client.MeshClient;
import io.meshrt.faults.SharedRedis;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.MeshServer;
import io.meshrt.server.command.CommandResult;
import io.meshrt.testkit.ChildNode;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mesa's published clients, unmodified, survive {@code kill -9} of their server: another node has
 * all they missed.
 */
@Tag("full")
@Tag("interop")
class MesaServerKillIT {
  private static final int MISSED = 100;
  private static final int LAST = MISSED + 2;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final String prefix = "npm" + Long.toHexString(ThreadLocalRandom.current().nextLong());

  @ParameterizedTest
  @ValueSource(strings = {"node", "browser"})
  @Timeout(value = 8, unit = TimeUnit.MINUTES)
  void publishedClientsGetWhatTheyMissedFromAnotherNode(String kind) throws Exception {
    NodePrograms.install();
    try (MeshServer survivor = MesaProgram.builder(SharedRedis.uri(), prefix).build();
        ChildNode victim = ChildNode.start(MesaProgram.class, SharedRedis.uri(), prefix);
        TcpProxy address = TcpProxy.plain(victim.port())) {
      expose(survivor);
      survivor.start();
      CompletableFuture<Map<String, JsonNode>> facts =
          NodePrograms.factsLater(
              "mesa-client.mjs",
              "ws://127.0.0.1:" + address.port() + "/mesa",
              kind,
              Integer.toString(LAST));
      awaitHandled(victim, facts);

      victim.kill();
      MesaProgram.keep(survivor, 2, MISSED + 1);
      address.redirect(survivor.port());

      Map<String, JsonNode> said = facts.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(said.get("disconnected").get("willAttemptReconnect").booleanValue()).isTrue();
      assertThat(said.get("connected2").get("isAutomaticReconnection").booleanValue()).isTrue();
      assertThat(said.get("user2").get("id").textValue()).isEqualTo("ann");
      assertThat(said.get("notes")).isEqualTo(notes());
    }
  }

  private static void expose(MeshServer survivor) {
    survivor.registerCommand(
        "GOT",
        context -> {
          if (MesaProgram.note(context) == MISSED + 1) {
            MesaProgram.keep(survivor, LAST, LAST);
          }
          return CommandResult.none();
        });
  }

  /** The first note will not come again. */
  private static void awaitHandled(ChildNode node, CompletableFuture<?> facts) throws Exception {
    try (MeshClient asking = MeshClient.builder("ws://127.0.0.1:" + node.port()).build()) {
      Outcomes.result(asking.connect());
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                assertThat(facts).isNotDone();
                return Outcomes.result(asking.command("handled", null, Boolean.class));
              });
    }
  }

  /** Each note with its sequence: only those that were missed have one. */
  private static JsonNode notes() {
    ArrayNode notes = NodePrograms.JSON.createArrayNode();
    for (int note = 1; note <= LAST; note++) {
      notes.addArray().add(note).add(note == 1 || note == LAST ? 0 : note - 1);
    }
    return notes;
  }
}
