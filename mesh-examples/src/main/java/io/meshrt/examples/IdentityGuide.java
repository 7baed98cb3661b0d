// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.hook.Hooks;
import io.meshrt.server.hook.ObservedMessage;
import io.meshrt.server.message.MessageReceipt;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The snippets of the page about identities; they run in the tests. */
public final class IdentityGuide {
  private IdentityGuide() {}

  /** Listens for who comes and goes. */
  public static void follow(MeshServer server, List<String> log) {
    // snippet: follow
    server.identities().onOnline(id -> log.add(id + " is here"));
    server.identities().onOffline(id -> log.add(id + " has gone"));
    // end
  }

  /** Asks who is online. */
  public static CompletableFuture<List<String>> whoIsOnline(MeshServer server) {
    // snippet: ask
    return server
        .identities()
        .isOnline("ann")
        .thenCompose(online -> server.identities().list())
        .thenApply(page -> page.ids());
    // end
  }

  /** Sends to whoever is meant. */
  public static CompletableFuture<MessageReceipt> send(MeshServer server, String connectionId) {
    // snippet: send
    return server
        .message("chat", Map.of("text", "tea is ready"))
        .to("ann", "bob")
        .thenCompose(sent -> server.message("chat", "for all but Ann").except("ann").toEveryone())
        .thenCompose(
            sent ->
                server.message("typing", "bob").exceptConnections(connectionId).toRoom("lobby"));
    // end
  }

  /** Ends all connections of somebody. */
  public static CompletableFuture<Void> ban(MeshServer server, String id) {
    // snippet: ban
    return server.identities().disconnect(List.of(id), 4503, "banned");
    // end
  }

  /** Watches a server. */
  public static void observe(MeshServer server, List<String> log) {
    // snippet: observe
    server.observe(Hooks.logging());
    server.observe(
        new Hooks() {
          @Override
          public void onReceive(ObservedMessage message, Connection connection) {
            log.add(connection.id() + " called " + message.name());
          }

          @Override
          public void onError(Throwable error, @Nullable Connection connection) {
            log.add("failed: " + error.getMessage());
          }
        });
    // end
  }
}
