// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.client.MeshClient;
import io.meshrt.server.InMemoryNetwork;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Two servers that behave as one: a client of the first says something, a client of the second
 * hears it. In memory, or through Redis when its URI is the argument.
 */
public final class TwoNodes {
  private TwoNodes() {}

  /** Says one sentence from node to node. */
  public static void main(String[] args) {
    InMemoryNetwork network = new InMemoryNetwork();
    UnaryOperator<MeshServerBuilder> cluster =
        builder -> args.length == 0 ? builder.inMemory(network) : builder.redis(args[0]);

    try (MeshServer one = node(cluster);
        MeshServer two = node(cluster);
        MeshClient ann = MeshClient.builder("ws://localhost:" + one.port()).build();
        MeshClient bob = MeshClient.builder("ws://localhost:" + two.port()).build()) {
      ann.connect().join();
      bob.connect().join();
      // snippet: conversation
      CompletableFuture<String> heard = new CompletableFuture<>();
      bob.onMessage("said", String.class, heard::complete);
      bob.rooms().join("lobby").join();

      ann.command("say", "Hello from the other node", Void.class).join();
      System.out.println("Bob heard: " + heard.join());
      // end
    }
  }

  // snippet: node
  static MeshServer node(UnaryOperator<MeshServerBuilder> cluster) {
    MeshServer server = cluster.apply(MeshServer.builder().port(0)).build();
    server.exposeRoom("lobby");
    server.registerCommand("say", ctx -> sayToAll(server, ctx.payload(String.class)));
    server.start();
    return server;
  }

  private static CompletionStage<Void> sayToAll(MeshServer server, @Nullable String text) {
    return server.rooms().broadcast("lobby", "said", text);
  }
  // end
}
