// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.command.CommandResult;
import io.meshrt.server.mesa.MesaBridgeOptions;
import java.util.Map;

/**
 * A server that Mesa's clients use as they are, at {@code ws://localhost:8080/mesa}: they
 * authenticate with {@code {name}} and send {@code SAY} with {@code {to, text}}. With the URI of a
 * Redis as argument it also does what Mesa's dispatchers publish there.
 */
public final class MesaServer {
  private MesaServer() {}

  /** Serves until it is killed. */
  public static void main(String[] args) {
    MeshServerBuilder builder = MeshServer.builder().port(8080);
    server(args.length > 0 ? bridged(builder, args[0]) : builder);
    System.out.println("Mesa's clients connect to ws://localhost:8080/mesa");
  }

  // snippet: server
  static MeshServer server(MeshServerBuilder builder) {
    MeshServer server =
        builder
            .mesa("/mesa")
            .authentication(
                AuthenticationOptions.defaults()
                    .withMessage(
                        (credentials, connection) ->
                            credentials.path("name").asText().isEmpty()
                                ? Authentication.reject()
                                : Authentication.accept(
                                    Identity.of(credentials.get("name").asText()))))
            .build();
    server.registerCommand(
        "SAY",
        context -> {
          String from = context.connection().identity().orElseThrow().id();
          String text = context.payload().path("text").asText();
          server
              .message("SAID", Map.of("from", from, "text", text))
              .kept() // whoever is away gets it later, with s = 1..n
              .to(context.payload().path("to").asText())
              .join();
          return CommandResult.none(); // Mesa's clients expect no answer
        });
    server.start();
    return server;
  }

  // end

  // snippet: bridge
  static MeshServerBuilder bridged(MeshServerBuilder builder, String redis) {
    return builder.redis(redis).mesaBridge(MesaBridgeOptions.defaults().withNamespace("gateway"));
  }
  // end
}
