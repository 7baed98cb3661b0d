// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.command.CommandContext;
import io.meshrt.server.command.CommandResult;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Mesa's published clients, unmodified, against our server: they authenticate, stay, send and get
 * messages, and come back to another node for what they missed.
 */
@Tag("full")
@Tag("interop")
class MesaClientIT extends PublishedClientSuite {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @ParameterizedTest
  @CsvSource({"1, node", "1, browser", "2, node", "2, browser"})
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void publishedClientsWorkAndComeBackForWhatTheyMissed(int nodes, String kind) throws Exception {
    runOn("/mesa", nodes, "mesa-client.mjs", kind);

    assertFact(
        "connected1",
        "{'isInitialConnection':true,'isInitialSessionConnection':true,"
            + "'isAutomaticReconnection':false}");
    assertFact("user1", "{'id':'ann'}");
    assertFact("echo", "{'x':1}");
    assertFact("push", "{'hello':'ann'}");
    assertFact("disconnected", "{'willAttemptReconnect':true}");
    assertFact(
        "connected2",
        "{'isInitialConnection':false,'isInitialSessionConnection':false,"
            + "'isAutomaticReconnection':true}");
    assertFact("user2", "{'id':'ann'}");
    assertFact("notes", "[[1,0],[2,1],[3,2],[4,0]]");
    assertFact("done", "true");
  }

  @Override
  UnaryOperator<MeshServerBuilder> options() {
    return builder -> MesaProgram.endpoint(builder).meterRegistry(registry);
  }

  @Override
  void expose(MeshServer server) {
    MesaProgram.exposeGreeting(server);
    server.registerCommand("GOT", context -> onNote(server, context));
  }

  private Object onNote(MeshServer server, CommandContext context) {
    int note = MesaProgram.note(context);
    if (note == 1) {
      CompletableFuture<?> unused = CompletableFuture.runAsync(this::breakAndKeep);
    } else if (note == 3) {
      MesaProgram.keep(server, 4, 4);
    }
    return CommandResult.none();
  }

  /** What was written before the client's last message counts as handled, in a moment. */
  private void breakAndKeep() {
    Awaitility.await().until(() -> registry.counter("mesh.inbox.acknowledgements").count() >= 1);
    breakUntil(
        () -> {
          if (node(0) != node(1)) {
            node(0).close(Duration.ZERO);
          }
          MesaProgram.keep(node(1), 2, 3);
        });
  }
}
