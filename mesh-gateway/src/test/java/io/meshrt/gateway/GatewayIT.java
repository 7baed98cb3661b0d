// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import static io.meshrt.gateway.harness.Gateways.answer;
import static io.meshrt.gateway.harness.Gateways.connected;
import static io.meshrt.gateway.harness.Gateways.greeted;
import static io.meshrt.gateway.harness.Gateways.page;
import static io.meshrt.gateway.harness.Gateways.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshrt.client.MeshClient;
import io.meshrt.client.inbox.InboxMessage;
import io.meshrt.client.inbox.InboxOptions;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.gateway.harness.Gateways;
import io.meshrt.gateway.harness.Tokens;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.auth.MessageAuthenticator;
import io.meshrt.testkit.RawWebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** One gateway in this JVM, without Redis. */
class GatewayIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void pagesTellHowItIs() throws Exception {
    try (MeshGateway gateway = start(Map.of("MESH_NODE_NAME", "one"))) {
      assertThat(gateway.healthPort()).isEqualTo(gateway.port());
      assertThat(page(gateway.port(), "/healthz").statusCode()).isEqualTo(200);
      assertThat(page(gateway.port(), "/readyz").statusCode()).isEqualTo(200);
      assertThat(page(gateway.port(), "/metrics").body())
          .contains("mesh_connections")
          .contains("jvm_memory_used_bytes")
          .contains("node=\"one\"");
      assertThat(page(gateway.port(), "/other").statusCode()).isEqualTo(404);
      assertThat(page(gateway.port(), "/").statusCode()).isEqualTo(426);

      gateway.server().drain(Duration.ZERO);
      assertThat(page(gateway.port(), "/readyz").statusCode()).isEqualTo(503);
      assertThat(page(gateway.port(), "/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void pagesMayHaveAPortOfTheirOwn() throws Exception {
    try (MeshGateway gateway = start(Map.of("MESH_HEALTH_PORT", "0"))) {
      assertThat(gateway.healthPort()).isNotEqualTo(gateway.port());
      assertThat(page(gateway.healthPort(), "/healthz").statusCode()).isEqualTo(200);
      assertThat(page(gateway.healthPort(), "/").statusCode()).isEqualTo(404);
      assertThat(page(gateway.port(), "/healthz").statusCode()).isEqualTo(404);
      connected(gateway.port()).close();
    }
  }

  @Test
  void onlyItsPathIsServed() throws Exception {
    try (MeshGateway gateway = start(Map.of("MESH_PATH", "/live"))) {
      RawWebSocket.to(gateway.port()).path("/live").subprotocol("mesh.v1").open().close();
      assertRefused(RawWebSocket.to(gateway.port()).path("/"), 404);
    }
  }

  @Test
  void tokensComeInMessagesAndHeaders() throws Exception {
    String token = Tokens.hs256(Tokens.KEY, "{\"id\":42}");
    try (MeshGateway gateway = start(Map.of());
        MeshClient client = connected(gateway.port());
        MeshClient other =
            Gateways.client(gateway.port())
                .tokenSupplier(() -> CompletableFuture.completedFuture(token))
                .build()) {
      assertThat(result(client.authenticate(Map.of("token", token))).path("identity").asText())
          .isEqualTo("42");
      assertThat(result(client.authenticate(token)).path("identity").asText()).isEqualTo("42");
      result(other.connect());
      await("both are known")
          .until(
              () -> result(gateway.server().identities().connections("42")),
              connections -> connections.size() == 2);
      assertRefused(
          RawWebSocket.to(gateway.port()).header("Authorization", "Bearer " + token + "x"), 401);
    }
  }

  @Test
  void aRefusedTokenIsAnsweredAndTheConnectionClosed() throws Exception {
    try (MeshGateway gateway = start(Map.of());
        RawWebSocket socket = greeted(gateway.port());
        MeshClient other = connected(gateway.port())) {
      socket.sendText(authenticate(1, "wrong"));

      assertThat(answer(socket)).contains("\"id\":1").contains("EUNAUTHORIZED");
      assertThat(socket.readCloseCode()).isEqualTo(4501);
      assertCode(other.command("nothing", null, String.class), "ENOTFOUND");
    }
  }

  @Test
  void aRefusedTokenMayLeaveTheConnectionOpen() throws Exception {
    String good = Tokens.hs256(Tokens.KEY, "{\"sub\":\"ann\"}");
    try (MeshGateway gateway = start(Map.of("AUTH_DISCONNECT_ON_FAIL", "false"));
        RawWebSocket socket = greeted(gateway.port());
        RawWebSocket guesser = greeted(gateway.port())) {
      socket.sendText(authenticate(1, "wrong"));
      assertThat(answer(socket)).contains("EUNAUTHORIZED");
      for (int i = 1; i <= 2; i++) {
        socket.sendText(authenticate(2, good));
        assertThat(answer(socket)).contains("\"identity\":\"ann\"");
        for (int wrong = 1; wrong < FailedLogins.MOST; wrong++) {
          socket.sendText(authenticate(3, "wrong"));
          assertThat(answer(socket)).contains("EUNAUTHORIZED");
        }
      }

      for (int i = 1; i <= FailedLogins.MOST; i++) {
        guesser.sendText(authenticate(i, "guess" + i));
        assertThat(answer(guesser)).contains("EUNAUTHORIZED");
      }
      assertThat(guesser.readCloseCode()).isEqualTo(4501);
    }
  }

  @Test
  void whoHasToAuthenticateGetsNothingBefore() throws Exception {
    try (MeshGateway gateway =
            start(Map.of("AUTH_REQUIRED", "true", "AUTH_TIMEOUT", "10m", "MESH_ROOMS", "*"));
        RawWebSocket socket = greeted(gateway.port())) {
      socket.sendText("{\"id\":1,\"command\":\"mesh/join-room\",\"payload\":{\"roomName\":\"a\"}}");

      assertThat(answer(socket)).contains("EUNAUTHORIZED");
    }
    try (MeshGateway gateway = start(Map.of("AUTH_REQUIRED", "true", "AUTH_TIMEOUT", "300"));
        RawWebSocket socket = greeted(gateway.port())) {
      assertThat(socket.readCloseCode()).isEqualTo(4501);
    }
  }

  @Test
  void identitiesEndWithTheirTokens() throws Exception {
    long end = Instant.now().getEpochSecond() + 600;
    try (MeshGateway gateway = start(Map.of());
        RawWebSocket socket = greeted(gateway.port())) {
      socket.sendText(authenticate(1, Tokens.hs256(Tokens.KEY, "{\"id\":1,\"exp\":" + end + "}")));

      assertThat(answer(socket)).contains("\"expiresAtMillis\":" + (end + 30) + "000");
    }
  }

  @Test
  void tokensForEverAreRefusedWhereAnEndIsRequired() throws Exception {
    long end = Instant.now().getEpochSecond() + 600;
    String ended = Tokens.hs256(Tokens.KEY, "{\"id\":1,\"exp\":" + end + "}");
    try (MeshGateway gateway = start(Map.of("MESH_JWT_REQUIRE_EXP", "true"));
        RawWebSocket socket = greeted(gateway.port())) {
      socket.sendText(authenticate(1, Tokens.hs256(Tokens.KEY, "{\"id\":1}")));
      assertThat(answer(socket)).contains("EUNAUTHORIZED");

      socket.sendText(authenticate(2, ended));
      assertThat(answer(socket)).contains("expiresAtMillis");
    }
  }

  @Test
  void whatIsNamedIsOpenAndNothingElse() throws Exception {
    Map<String, String> names =
        Map.of("MESH_ROOMS", "lobby", "MESH_CHANNELS", "news.*", "MESH_RECORDS", "board");
    try (MeshGateway gateway = start(names);
        RawWebSocket socket = greeted(gateway.port());
        MeshClient client = connected(gateway.port())) {
      MeshServer server = gateway.server();
      result(server.publishToChannel("news.local", "rain", 1));
      result(server.publishRecordUpdate("board", Map.of("n", 1)));

      result(client.rooms().join("lobby"));
      CompletableFuture<String> heard = new CompletableFuture<>();
      result(client.subscribe("news.local", String.class, heard::complete));
      result(server.publishToChannel("news.local", "sun"));
      assertThat(result(heard)).isEqualTo("sun");
      socket.sendText(request("get-record", "{\"recordId\":\"board\"}"));
      assertThat(answer(socket)).contains("\"n\":1");

      assertCode(client.rooms().join("backroom"), "EACCESS");
      assertCode(client.subscribe("secrets", String.class, text -> {}), "EACCESS");
      socket.sendText(request("get-record", "{\"recordId\":\"other\"}"));
      assertThat(answer(socket)).contains("EACCESS");
      socket.sendText(request("publish-record-update", "{\"recordId\":\"board\",\"newValue\":2}"));
      assertThat(answer(socket)).contains("EACCESS");
    }
  }

  @Test
  void inboxesAreOpenWhereTheyAreWanted() throws Exception {
    String token = Tokens.hs256(Tokens.KEY, "{\"id\":\"ann\"}");
    try (MeshGateway gateway = start(Map.of("SYNC_ENABLED", "true"))) {
      result(gateway.server().message("hello", "Ann").to("ann"));
      try (MeshClient client = Gateways.authenticated(gateway.port(), token)) {
        CompletableFuture<InboxMessage> got = new CompletableFuture<>();
        result(client.inbox(got::complete, InboxOptions.defaults()));
        assertThat(result(got).name()).isEqualTo("hello");
      }
    }
    try (MeshGateway gateway = start(Map.of());
        MeshClient client = Gateways.authenticated(gateway.port(), token)) {
      assertCode(client.inbox(message -> {}, InboxOptions.defaults()), "EACCESS");
    }
  }

  @Test
  void strictMeansTheProtocolOfThisVersion() throws Exception {
    try (MeshGateway gateway = start(Map.of("ENFORCE_EQUAL_VERSIONS", "true"))) {
      connected(gateway.port()).close();
      assertRefused(RawWebSocket.to(gateway.port()), 426);
    }
    try (MeshGateway gateway = start(Map.of())) {
      RawWebSocket.to(gateway.port()).open().close();
    }
  }

  @Test
  void heartbeatsAreAsConfigured() throws Exception {
    try (MeshGateway gateway = start(Map.of("HEARTBEAT_INTERVAL", "150"));
        RawWebSocket socket = RawWebSocket.to(gateway.port()).subprotocol("mesh.v1").open()) {
      assertThat(answer(socket))
          .contains("\"pingIntervalMillis\":150")
          .contains("\"maxMissedPongs\":3");
      assertThat(socket.readCloseCode()).isEqualTo(4010);
    }
    try (MeshGateway gateway = start(Map.of("HEARTBEATS_ENABLED", "false"));
        RawWebSocket socket = RawWebSocket.to(gateway.port()).subprotocol("mesh.v1").open()) {
      assertThat(answer(socket)).contains("\"pingIntervalMillis\":86400000");
    }
  }

  @Test
  void codeBringsItsOwnAuthenticatorAndCommands() throws Exception {
    GatewayCustomizer customizer =
        new GatewayCustomizer() {
          @Override
          public MessageAuthenticator authenticator() {
            return (credentials, connection) ->
                credentials.asText().equals("sesame")
                    ? CompletableFuture.completedFuture(Authentication.accept(Identity.of("ali")))
                    : CompletableFuture.completedFuture(Authentication.reject());
          }

          @Override
          public void register(MeshServer server) {
            server.registerCommand("who", ctx -> ctx.connection().identity().orElseThrow().id());
          }
        };
    Map<String, String> variables =
        Map.of("MESH_AUTH", "none", "MESH_AUTH_REQUIRED", "true", "MESH_PORT", "0");
    GatewayConfig config = GatewayConfig.of(variables);

    assertThatExceptionOfType(GatewayConfigException.class)
        .isThrownBy(() -> MeshGateway.start(config).close())
        .withMessageContaining("MESH_AUTH_REQUIRED");
    try (MeshGateway gateway = MeshGateway.start(config, customizer);
        MeshClient client = connected(gateway.port());
        RawWebSocket stranger = greeted(gateway.port())) {
      result(client.authenticate("sesame"));
      assertThat(result(client.command("who", null, String.class))).isEqualTo("ali");

      stranger.sendText(
          "{\"id\":1,\"command\":\"mesh/authenticate\",\"payload\":{\"credentials\":1}}");
      assertThat(answer(stranger)).contains("EUNAUTHORIZED");
      assertThat(stranger.readCloseCode()).isEqualTo(4501);
    }
  }

  @Test
  void aPortThatIsTakenIsToldAndNothingIsLeft() throws Exception {
    try (MeshGateway gateway = start(Map.of())) {
      Map<String, String> same = Map.of("MESH_PORT", "" + gateway.port());

      assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> start(same).close());
      await().until(() -> page(gateway.port(), "/readyz").statusCode() == 200);
    }
  }

  private static MeshGateway start(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(Map.of("WS_KEY", Tokens.KEY, "MESH_PORT", "0"));
    all.put("MESH_HOST", "127.0.0.1");
    all.putAll(variables);
    return MeshGateway.start(GatewayConfig.of(all));
  }

  private static String authenticate(int id, String token) {
    JsonNode frame =
        JSON.valueToTree(
            Map.of(
                "id",
                id,
                "command",
                "mesh/authenticate",
                "payload",
                Map.of("credentials", Map.of("token", token))));
    return frame.toString();
  }

  private static String request(String command, String payload) {
    return "{\"id\":1,\"command\":\"mesh/" + command + "\",\"payload\":" + payload + "}";
  }

  private static void assertCode(CompletableFuture<?> future, String code) {
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> result(future))
        .havingCause()
        .isInstanceOfSatisfying(
            CommandException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  private static void assertRefused(RawWebSocket.Builder socket, int status) {
    assertThatExceptionOfType(RawWebSocket.UpgradeRefused.class)
        .isThrownBy(() -> socket.open().close())
        .satisfies(refused -> assertThat(refused.status()).isEqualTo(status));
  }
}
