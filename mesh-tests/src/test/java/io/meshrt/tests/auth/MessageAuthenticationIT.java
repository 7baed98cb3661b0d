// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.StatusChange;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Credentials that come as messages, identities that expire, and logging in by a command. */
class MessageAuthenticationIT {
  private static final ReconnectPolicy SOON = ReconnectPolicy.fixed(Duration.ofMillis(20));

  @Test
  void connectionWithoutIdentityRunsNothingWhereOneIsRequired() throws Exception {
    try (MeshServer server = started(options().withRequired(true));
        MeshClient client = Local.connected(server)) {
      assertThat(Outcomes.code(client.command("who", null, String.class)))
          .isEqualTo("EUNAUTHORIZED");
      assertThat(Outcomes.code(client.authenticate(Map.of("user", "")))).isEqualTo("EUNAUTHORIZED");

      JsonNode answer = Outcomes.result(client.authenticate(Map.of("user", "user-7")));

      assertThat(answer.get("identity").asText()).isEqualTo("user-7");
      assertThat(Outcomes.result(client.command("who", null, String.class))).isEqualTo("user-7");
    }
  }

  @Test
  void connectionThatDoesNotAuthenticateInTimeIsClosed() throws Exception {
    AuthenticationOptions hurried =
        options().withRequired(true).withFirstMessageTimeout(Duration.ofMillis(300));
    try (MeshServer server = started(hurried);
        V1Socket socket = V1Socket.open(server.port())) {
      assertThat(socket.closeCode()).isEqualTo(4501);
    }
  }

  @Test
  void hookThatTakesTooLongFailsTheRequestAndTheConnectionLives() throws Exception {
    AuthenticationOptions hanging =
        AuthenticationOptions.defaults()
            .withMessage((credentials, connection) -> new CompletableFuture<Authentication>())
            .withHookTimeout(Duration.ofMillis(300));
    try (MeshServer server = started(hanging);
        MeshClient client = Local.connected(server)) {
      assertThat(Outcomes.code(client.authenticate(Map.of("user", "user-7"))))
          .isEqualTo("ETIMEOUT");
      assertThat(Outcomes.result(client.command("who", null, String.class))).isEqualTo("nobody");
    }
  }

  @Test
  void expiryClosesConnectionAndTheClientStops() throws Exception {
    List<StatusChange> changes = new CopyOnWriteArrayList<>();
    try (MeshServer server = started(options());
        MeshClient client = Local.connected(Local.client(server).reconnect(SOON))) {
      client.onStatus(changes::add);
      Outcomes.result(client.authenticate(credentials("user-7", 4_000)));

      await().atMost(Duration.ofSeconds(30)).until(() -> !changes.isEmpty());

      assertThat(changes.get(0).status()).isEqualTo(ClientStatus.DISCONNECTED);
      assertThat(changes.get(0).closeCode()).hasValue(4501);
      assertThat(client.status()).isEqualTo(ClientStatus.DISCONNECTED);
    }
  }

  @Test
  void refreshMovesTheExpiry() throws Exception {
    try (MeshServer server = started(options());
        MeshClient refreshed = Local.connected(server);
        MeshClient expiring = Local.connected(server)) {
      String connection = refreshed.connectionId().orElseThrow();
      Outcomes.result(refreshed.authenticate(credentials("user-7", 5_000)));
      Outcomes.result(refreshed.authenticate(credentials("user-7", 3_600_000)));
      Outcomes.result(expiring.authenticate(credentials("user-8", 5_000)));

      // The end of this one is later than the first end of the other.
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> expiring.status() == ClientStatus.DISCONNECTED);

      assertThat(Outcomes.result(refreshed.command("who", null, String.class))).isEqualTo("user-7");
      assertThat(refreshed.connectionId()).contains(connection);
    }
  }

  @Test
  void identityOfConnectionDoesNotChange() throws Exception {
    try (MeshServer server = started(options());
        MeshClient client = Local.connected(server)) {
      Outcomes.result(client.authenticate(Map.of("user", "user-7")));

      assertThat(Outcomes.code(client.authenticate(Map.of("user", "user-8")))).isEqualTo("EACCESS");
      assertThat(Outcomes.code(client.command("login", "user-8", String.class)))
          .isEqualTo("ESERVER");
      assertThat(Outcomes.result(client.command("who", null, String.class))).isEqualTo("user-7");
    }
  }

  @Test
  void commandEstablishesTheIdentity() throws Exception {
    try (MeshServer server = started(options());
        MeshClient client = Local.connected(server)) {
      assertThat(Outcomes.result(client.command("who", null, String.class))).isEqualTo("nobody");

      Outcomes.result(client.command("login", "user-7", Void.class));

      assertThat(Outcomes.result(client.command("who", null, String.class))).isEqualTo("user-7");
    }
  }

  @Test
  void credentialsArePresentedAgainBeforeWhatWaits() throws Exception {
    try (MeshServer server = started(options().withRequired(true));
        MeshClient client = Local.connected(Local.client(server).reconnect(SOON))) {
      Outcomes.result(client.authenticate(Map.of("user", "user-7")));
      String before = client.connectionId().orElseThrow();
      Local.connectionOf(client, server).close(1012, "come back");
      await().until(() -> !before.equals(client.connectionId().orElse("")));

      assertThat(Outcomes.result(client.command("who", null, String.class))).isEqualTo("user-7");
      assertThat(client.connectionId().orElseThrow()).isNotEqualTo(before);
    }
  }

  private static Map<String, Object> credentials(String user, long millis) {
    return Map.of("user", user, "millis", millis);
  }

  /** Everybody is who they say, for as long as they say. */
  private static AuthenticationOptions options() {
    return AuthenticationOptions.defaults()
        .withMessage(
            (credentials, connection) -> {
              String user = credentials.get("user").asText();
              if (user.isEmpty()) {
                return Authentication.reject();
              }
              Identity identity = Identity.of(user);
              return Authentication.accept(
                  credentials.has("millis")
                      ? identity.withExpiry(
                          Instant.now().plusMillis(credentials.get("millis").asLong()))
                      : identity);
            });
  }

  private static MeshServer started(AuthenticationOptions options) {
    MeshServer server = Local.server().authentication(options).build();
    server.registerCommand(
        "who", ctx -> ctx.connection().identity().map(Identity::id).orElse("nobody"));
    server.registerCommand(
        "login",
        ctx -> {
          ctx.connection().identify(Identity.of(ctx.payload(String.class)));
          return null;
        });
    server.start();
    return server;
  }
}
