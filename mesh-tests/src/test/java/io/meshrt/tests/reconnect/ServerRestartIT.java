// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server goes away under its clients and comes back on the same port. */
@SuppressWarnings("FutureReturnValueIgnored") // handlers return stages as plain objects
class ServerRestartIT {
  private static final int CLIENTS = 20;

  private final List<MeshClient> clients = new ArrayList<>();
  private final List<Integer> numbers = new CopyOnWriteArrayList<>();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger heard = new AtomicInteger();

  @AfterEach
  void closeClients() {
    clients.forEach(MeshClient::close);
  }

  @Test
  void allClientsComeBackAndEveryCallHasItsOutcome() throws Exception {
    List<CompletableFuture<String>> lost = new ArrayList<>();
    List<CompletableFuture<String>> waiting = new ArrayList<>();
    List<String> before = new ArrayList<>();
    MeshServer first = server(0);
    int port = first.port();
    for (int i = 0; i < CLIENTS; i++) {
      MeshClient client =
          Local.connected(
              Local.client(first)
                  .reconnect(
                      ReconnectPolicy.fullJitter(Duration.ofMillis(20), Duration.ofMillis(200))));
      clients.add(client);
      client.onMessage("news", String.class, text -> heard.incrementAndGet());
      Outcomes.result(client.authenticate(Map.of("user", "user-" + i)));
      before.add(client.connectionId().orElseThrow());
      lost.add(client.command("hold", i, String.class));
    }
    await().until(() -> held.get() == CLIENTS);

    first.close(Duration.ZERO);
    for (CompletableFuture<String> call : lost) {
      assertThat(Outcomes.code(call)).isEqualTo("CONNECTION_LOST");
    }
    for (MeshClient client : clients) {
      await().until(() -> client.status() == ClientStatus.RECONNECTING);
      waiting.add(client.command("who", null, String.class));
    }
    try (MeshServer second = restarted(port)) {
      for (int i = 0; i < CLIENTS; i++) {
        // Answered with the identity, so the credentials came before what waited.
        assertThat(Outcomes.result(waiting.get(i))).isEqualTo("user-" + i);
        assertThat(clients.get(i).connectionId().orElseThrow()).isNotEqualTo(before.get(i));
      }
      second.connections().list().forEach(connection -> connection.send("news", "back"));

      await().until(() -> heard.get() == CLIENTS);
      assertThat(second.connections().count()).isEqualTo(CLIENTS);
      assertThat(held).hasValue(CLIENTS);
    }
  }

  @Test
  void whatWaitsForAConnectionRunsOnceAndInOrder() throws Exception {
    List<Integer> all = IntStream.rangeClosed(1, 10).boxed().toList();
    List<CompletableFuture<Integer>> calls = new ArrayList<>();
    MeshServer first = server(0);
    int port = first.port();
    MeshClient client =
        Local.client(first).reconnect(ReconnectPolicy.fixed(Duration.ofMillis(20))).build();
    clients.add(client);

    CompletableFuture<Void> connected = client.connect();
    all.subList(0, 5).forEach(n -> calls.add(client.command("number", n, Integer.class)));
    Outcomes.result(connected);
    for (CompletableFuture<Integer> call : calls) {
      Outcomes.result(call);
    }
    first.close(Duration.ZERO);
    await().until(() -> client.status() == ClientStatus.RECONNECTING);
    all.subList(5, 10).forEach(n -> calls.add(client.command("number", n, Integer.class)));

    MeshServer second = restarted(port);
    try (second) {
      for (int i = 0; i < all.size(); i++) {
        assertThat(Outcomes.result(calls.get(i))).isEqualTo(i + 1);
      }
      assertThat(numbers).containsExactlyElementsOf(all);
    }
  }

  /** The port may be somebody's for a moment: connecting to a free port can meet itself. */
  private MeshServer restarted(int port) {
    AtomicReference<MeshServer> server = new AtomicReference<>();
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreException(UncheckedIOException.class)
        .until(
            () -> {
              server.set(server(port));
              return true;
            });
    return server.get();
  }

  private MeshServer server(int port) {
    MeshServer server =
        Local.server()
            .port(port)
            .authentication(
                AuthenticationOptions.defaults()
                    .withMessage(
                        (credentials, connection) ->
                            Authentication.accept(Identity.of(credentials.get("user").asText()))))
            .build();
    server.registerCommand(
        "who", ctx -> ctx.connection().identity().map(Identity::id).orElse("nobody"));
    server.registerCommand(
        "number",
        ctx -> {
          int number = ctx.payload(Integer.class);
          numbers.add(number);
          return number;
        },
        CommandOptions.runNonBlocking()); // where all run in the order of their arrival
    server.registerCommand(
        "hold",
        ctx -> {
          held.incrementAndGet();
          return new CompletableFuture<>();
        });
    server.start();
    return server;
  }
}
