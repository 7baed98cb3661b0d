// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The snippets of the page about authentication; they run in the tests. */
public final class AuthenticationGuide {
  private static final Map<String, String> USERS_BY_TOKEN = Map.of("t-ann", "ann", "t-ben", "ben");

  private AuthenticationGuide() {}

  /** Users authenticate with a bearer token. */
  public static MeshServerBuilder byUpgrade() {
    // snippet: upgrade
    return MeshServer.builder()
        .authentication(
            request -> {
              String user = USERS_BY_TOKEN.get(request.bearerToken().orElse(""));
              return user == null
                  ? Authentication.reject()
                  : Authentication.accept(Identity.of(user));
            });
    // end
  }

  /** Users send a token after they connected. */
  public static MeshServerBuilder byMessage() {
    // snippet: message
    return MeshServer.builder()
        .authentication(
            AuthenticationOptions.defaults()
                .withMessage(
                    (credentials, connection) -> {
                      String user = USERS_BY_TOKEN.get(credentials.path("token").asText());
                      return user == null
                          ? Authentication.reject()
                          : Authentication.accept(
                              Identity.of(user)
                                  .withExpiry(Instant.now().plus(Duration.ofHours(1))));
                    })
                .withRequired(true));
    // end
  }

  /** Users log in with a command. */
  public static void byCommand(MeshServer server) {
    // snippet: login
    server.registerCommand(
        "login",
        ctx -> {
          String token = Optional.ofNullable(ctx.payload(String.class)).orElse("");
          String user = USERS_BY_TOKEN.get(token);
          if (user == null) {
            throw CommandException.unauthorized("unknown token");
          }
          ctx.connection().identify(Identity.of(user));
          return user;
        });
    // end
  }
}
