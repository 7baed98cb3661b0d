// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.guide;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientLimits;
import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.Registration;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The snippets of docs/client.md, where the compiler sees them. */
@SuppressWarnings({"FutureReturnValueIgnored", "unused"}) // snippets show one thing at a time
final class ClientGuide {
  private ClientGuide() {}

  record Order(String id, int amount) {}

  record Price(String id, double value) {}

  interface Tokens {
    CompletionStage<String> fresh();
  }

  static void firstSteps() {
    try (MeshClient client = MeshClient.builder("ws://localhost:8080").build()) {
      client.connect().join();
      String reply = client.command("echo", "Hello!", String.class).join();
      System.out.println(reply);
    }
  }

  static void commands(MeshClient client, Order order) {
    CompletableFuture<Price> price = client.command("price", order, Price.class);
    CompletableFuture<List<Price>> prices =
        client.command("prices", null, new TypeReference<List<Price>>() {}, Duration.ofSeconds(5));
    CompletableFuture<JsonNode> raw = client.commandRaw("price", order);
  }

  static void failures(MeshClient client, Order order) {
    client
        .command("buy", order, Void.class)
        .whenComplete(
            (done, failure) -> {
              if (failure instanceof CommandException e && e.is(ErrorCode.CONNECTION_LOST)) {
                System.out.println("bought or not, the server knows");
              }
            });
  }

  static void pushes(MeshClient client) {
    Registration prices =
        client.onMessage("price", Price.class, price -> System.out.println(price));
    client.onAnyMessage((name, payload) -> System.out.println(name + " " + payload));
    prices.close();
  }

  static void serverCommands(MeshClient client) {
    client.registerCommand("confirm", Order.class, (order, context) -> order.amount() < 100);
  }

  static void options(Tokens tokens, Executor executor) {
    MeshClient client =
        MeshClient.builder("wss://example.com/socket")
            .tokenSupplier(() -> tokens.fresh())
            .executor(executor)
            .commandTimeout(Duration.ofSeconds(10))
            .reconnect(ReconnectPolicy.defaults().withMaxAttempts(20))
            .limits(ClientLimits.defaults().withQueuedCalls(100, 1024 * 1024))
            .build();
  }

  static void credentials(MeshClient client, String token) {
    client.authenticate(Map.of("token", token)).join();
  }

  static void events(MeshClient client) {
    client.onStatus(
        change -> {
          if (change.gaveUp()) {
            System.out.println("no server: " + change.reason());
          }
        });
    client.onError(error -> System.out.println(error.kind() + " " + error.message()));
  }
}
