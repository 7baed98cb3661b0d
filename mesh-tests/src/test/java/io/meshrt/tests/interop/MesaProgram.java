// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.command.CommandContext;
import io.meshrt.server.command.CommandResult;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.mesa.MesaOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * A node for Mesa's clients in a process of its own: {@code <redis uri> <prefix>}. Its command
 * {@code handled} answers whether a client has said that it got the first note, and that counts.
 */
final class MesaProgram {
  private MesaProgram() {}

  public static void main(String[] args) throws InterruptedException {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Set<Integer> got = ConcurrentHashMap.newKeySet();
    MeshServer server = builder(args[0], args[1]).meterRegistry(registry).build();
    exposeGreeting(server);
    server.registerCommand(
        "GOT",
        context -> {
          got.add(note(context));
          return CommandResult.none();
        });
    server.registerCommand(
        "handled",
        context -> got.contains(1) && registry.counter("mesh.inbox.acknowledgements").count() >= 1);
    server.start();
    System.out.println("ready " + server.port());
    new CountDownLatch(1).await();
  }

  /** A node of the same kind. */
  static MeshServerBuilder builder(String redis, String prefix) {
    return endpoint(
        MeshServer.builder()
            .host("127.0.0.1")
            .port(0)
            .redis(RedisOptions.of(redis).withPrefix(prefix)));
  }

  /** Opens the endpoint; its clients are who they say. */
  static MeshServerBuilder endpoint(MeshServerBuilder builder) {
    return builder
        .mesa(
            "/mesa",
            MesaOptions.defaults()
                .withHeartbeat(Duration.ofSeconds(1), 20)
                .withReconnectInterval(Duration.ofMillis(200)))
        .authentication(
            AuthenticationOptions.defaults()
                .withMessage(
                    (credentials, who) ->
                        Authentication.accept(Identity.of(credentials.get("id").asText()))));
  }

  /** What clients say first; then they get a push and the first note. */
  static void exposeGreeting(MeshServer server) {
    server.registerCommand("ECHO", CommandContext::payload);
    server.registerCommand("HEARTBEATS", context -> greet(server, context.connection()));
  }

  private static Object greet(MeshServer server, Connection connection) {
    connection.send("PUSH", Map.of("hello", connection.identity().orElseThrow().id()));
    keep(server, 1, 1);
    return CommandResult.none();
  }

  /** Keeps notes for the client, one after the other. */
  static void keep(MeshServer server, int first, int last) {
    for (int note = first; note <= last; note++) {
      server.inboxes().keep("ann", "NOTE", note).join();
    }
  }

  /** Which note a client says that it got. */
  static int note(CommandContext context) {
    return context.payload().get("note").intValue();
  }
}
