// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientStatus;
import io.meshrt.client.ConnectionFailedException;
import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.auth.UpgradeAuthenticator;
import io.meshrt.server.auth.UpgradeRequest;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hook that sees the HTTP request before the connection exists. */
class UpgradeAuthenticationIT {
  private static final ReconnectPolicy SOON = ReconnectPolicy.fixed(Duration.ofMillis(20));

  private final List<UpgradeRequest> seen = new CopyOnWriteArrayList<>();

  @Test
  void hookSeesHeadersCookiesAndQueryAndMakesTheIdentity() throws Exception {
    try (MeshServer server = started(Local.server(), this::byToken);
        MeshClient client =
            Local.connected(
                MeshClient.builder("ws://127.0.0.1:" + server.port() + "/chat?room=a%20b")
                    .header("Cookie", "theme=dark; session=s-1")
                    .header("X-Device", "d-9")
                    .tokenSupplier(() -> CompletableFuture.completedFuture("user-7")))) {
      UpgradeRequest request = seen.get(0);

      assertThat(Outcomes.result(client.command("who", null, String.class))).isEqualTo("user-7");
      assertThat(request.path()).isEqualTo("/chat");
      assertThat(request.queryParameter("room")).contains("a b");
      assertThat(request.cookies()).containsEntry("session", "s-1").containsEntry("theme", "dark");
      assertThat(request.header("x-device")).contains("d-9");
      assertThat(request.secure()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, '198.51.100.9, 203.0.113.7', 203.0.113.7",
    "10.0.0.0/8, 203.0.113.7, 127.0.0.1",
    "127.0.0.1, , 127.0.0.1"
  })
  void forwardedAddressCountsOnlyBehindTrustedProxies(
      String trusted, String forwarded, String expected) throws Exception {
    MeshServerBuilder builder = Local.server().trustedProxies(trusted);
    try (MeshServer server = started(builder, this::anonymous);
        V1Socket socket =
            V1Socket.open(RawWebSocket.to(server.port()).header("X-Forwarded-For", forwarded))) {
      socket.send(1, "from", null);

      assertThat(socket.next().get("payload").asText()).isEqualTo(expected);
      assertThat(seen.get(0).remoteAddress()).isEqualTo(expected);
    }
  }

  @Test
  void metadataOfTheHookBelongsToTheConnectionFromTheStart() throws Exception {
    JsonNode metadata = V1Socket.JSON.readTree("{\"team\":\"red\"}");
    try (MeshServer server =
            started(Local.server(), ask -> Authentication.anonymous().withMetadata(metadata));
        MeshClient client = Local.connected(server)) {
      assertThat(Outcomes.result(client.commandRaw("metadata", null))).isEqualTo(metadata);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 429, 503})
  void clientLearnsTheStatusOfRejection(int status) throws Exception {
    try (MeshServer server =
            started(Local.server(), ask -> Authentication.reject(status, "not you"));
        MeshClient client = Local.client(server).build()) {
      Throwable thrown = catchThrowable(() -> Outcomes.result(client.connect()));

      assertThat(thrown).hasCauseInstanceOf(ConnectionFailedException.class);
      assertThat(((ConnectionFailedException) thrown.getCause()).httpStatus()).hasValue(status);
      assertThat(client.status()).isEqualTo(ClientStatus.DISCONNECTED);
      assertThat(server.connections().count()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"nothing, 401", "true, 401", "refusal, 401", "forbidden, 403", "exception, 401"})
  void anythingButAnAcceptanceIsRefused(String what, int status) throws Exception {
    UpgradeAuthenticator hook =
        ask ->
            switch (what) {
              case "nothing" -> null;
              case "true" -> true;
              case "refusal" -> throw CommandException.unauthorized("who are you");
              case "forbidden" -> throw CommandException.accessDenied("not you");
              default -> throw new IllegalStateException("secret");
            };
    try (MeshServer server = started(Local.server(), hook)) {
      RawWebSocket.UpgradeRefused refused =
          catchThrowableOfType(
              RawWebSocket.UpgradeRefused.class, () -> RawWebSocket.to(server.port()).open());

      assertThat(refused.status()).isEqualTo(status);
      assertThat(refused.head()).doesNotContain("secret");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void refusedClientDoesNotTryAgain(int status) throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    UpgradeAuthenticator onlyOnce =
        ask ->
            attempts.incrementAndGet() == 1
                ? Authentication.anonymous()
                : Authentication.reject(status, "no more");
    try (MeshServer server = started(Local.server(), onlyOnce);
        MeshClient client = Local.connected(Local.client(server).reconnect(SOON))) {
      Local.connectionOf(client, server).close(1012, "come back");

      await().until(() -> client.status() == ClientStatus.DISCONNECTED);
      assertThat(attempts).hasValue(2);
      assertThat(Outcomes.code(client.command("who", null, String.class)))
          .isEqualTo("EUNAVAILABLE");
    }
  }

  @Test
  void clientRefusedForAMomentTriesAgain() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    UpgradeAuthenticator overloaded =
        ask -> {
          int attempt = attempts.incrementAndGet();
          return attempt == 1 || attempt > 3
              ? Authentication.anonymous()
              : Authentication.reject(503, "busy");
        };
    try (MeshServer server = started(Local.server(), overloaded);
        MeshClient client = Local.connected(Local.client(server).reconnect(SOON))) {
      Local.connectionOf(client, server).close(1012, "come back");

      await().until(() -> attempts.get() > 3 && client.status() == ClientStatus.CONNECTED);
      assertThat(attempts).hasValue(4);
    }
  }

  private Authentication byToken(UpgradeRequest request) {
    seen.add(request);
    return request
        .bearerToken()
        .map(token -> Authentication.accept(Identity.of(token)))
        .orElseGet(Authentication::reject);
  }

  private Authentication anonymous(UpgradeRequest request) {
    seen.add(request);
    return Authentication.anonymous();
  }

  private static MeshServer started(MeshServerBuilder builder, UpgradeAuthenticator hook) {
    MeshServer server = builder.authentication(hook).build();
    server.registerCommand(
        "who", ctx -> ctx.connection().identity().map(Identity::id).orElse("nobody"));
    server.registerCommand("from", ctx -> ctx.connection().remoteAddress());
    server.registerCommand("metadata", ctx -> ctx.connection().initialMetadata().orElse(null));
    server.start();
    return server;
  }
}
