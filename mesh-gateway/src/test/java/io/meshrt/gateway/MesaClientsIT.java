// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import static io.meshrt.gateway.harness.Gateways.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.faults.RedisServer;
import io.meshrt.gateway.harness.Gateways;
import io.meshrt.gateway.harness.Tokens;
import io.meshrt.server.MeshServer;
import io.meshrt.testkit.RawWebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients of Mesa are told by a gateway that was configured for Mega. */
class MesaClientsIT {
  private static final String TOKEN = Tokens.hs256(Tokens.KEY, "{\"id\":42}");

  private final RedisServer redis = RedisServer.started();

  @AfterEach
  void stopRedis() {
    redis.close();
  }

  @Test
  void theyAuthenticateSendAndGetMessages() throws Exception {
    GatewayCustomizer echo =
        new GatewayCustomizer() {
          @Override
          public void register(MeshServer server) {
            server.registerCommand("PING", ctx -> ctx.payload());
          }
        };
    Map<String, String> mega =
        Map.of("RECONNECT_INTERVAL", "4000", "ENFORCE_EQUAL_VERSIONS", "true");
    try (MeshGateway gateway = MeshGateway.start(config(mega), echo);
        RawWebSocket socket = mesa(gateway);
        MeshClient ours = Gateways.connected(gateway.port())) {
      assertThat(socket.readText())
          .contains("\"op\":10")
          .contains("\"c_heartbeat_interval\":10000")
          .contains("\"c_reconnect_interval\":4000");
      socket.sendText("{\"op\":2,\"d\":{\"token\":\"" + TOKEN + "\",\"shouldSync\":true}}");
      assertThat(socket.readText()).contains("\"op\":22").contains("\"id\":\"42\"");
      socket.sendText("{\"op\":0,\"d\":{\"x\":1},\"t\":\"PING\"}");
      assertThat(socket.readText()).contains("\"t\":\"PING\"").contains("\"x\":1");

      result(ours.authenticate(TOKEN));
      await("both are known")
          .until(
              () -> result(gateway.server().identities().connections("42")),
              connections -> connections.size() == 2);
    }
  }

  @Test
  void inboxesAreOpenWhenTheVariableSaysSo() throws Exception {
    for (boolean open : new boolean[] {true, false}) {
      Map<String, String> variables = Map.of("SYNC_ENABLED", String.valueOf(open));
      try (MeshGateway gateway = MeshGateway.start(config(variables));
          RawWebSocket socket = mesa(gateway)) {
        result(gateway.server().message("KEPT", 1).kept().to("42"));
        assertThat(socket.readText()).contains("\"op\":10");
        socket.sendText("{\"op\":2,\"d\":{\"token\":\"" + TOKEN + "\"}}");
        assertThat(socket.readText()).contains("\"op\":22");
        if (!open) {
          result(gateway.server().message("LIVE", 1).transientOnly().to("42"));
        }

        assertThat(socket.readText()).contains(open ? "\"t\":\"KEPT\"" : "\"t\":\"LIVE\"");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"'', ws", "crew, ws_crew"})
  void dispatchersReachAndCloseThem(String namespace, String channel) throws Exception {
    Map<String, String> variables = new HashMap<>(Map.of("REDIS_URI", redis.uri()));
    variables.put("HEARTBEAT_INTERVAL", "600000");
    if (!namespace.isEmpty()) {
      variables.put("MESA_NAMESPACE", namespace);
    }
    try (MeshGateway first = MeshGateway.start(config(variables));
        MeshGateway second = MeshGateway.start(config(variables));
        RawWebSocket ann = authenticated(first, 42);
        RawWebSocket bob = authenticated(second, 43)) {
      awaitHearing(channel, 2);

      dispatch(channel, "{\"op\":0,\"d\":{\"x\":1},\"t\":\"D1\"}", "\"42\"");
      dispatch(channel, "{\"op\":0,\"d\":{\"x\":2},\"t\":\"D2\"}", "\"*\"");
      dispatch(channel, "{\"op\":5,\"d\":{},\"t\":\"DISCONNECT_CLIENT\"}", "\"42\"");
      dispatch(channel, "{\"op\":0,\"d\":{\"x\":3},\"t\":\"D3\"}", "\"42\",\"43\"");

      assertThat(ann.readText()).isEqualTo("{\"op\":0,\"d\":{\"x\":1},\"t\":\"D1\"}");
      assertThat(ann.readText()).isEqualTo("{\"op\":0,\"d\":{\"x\":2},\"t\":\"D2\"}");
      assertThat(ann.readCloseCode()).isEqualTo(1000);
      assertThat(bob.readText()).isEqualTo("{\"op\":0,\"d\":{\"x\":2},\"t\":\"D2\"}");
      assertThat(bob.readText()).isEqualTo("{\"op\":0,\"d\":{\"x\":3},\"t\":\"D3\"}");
    }
  }

  @Test
  void whatDispatchersSendIsKeptForWhoIsAwayWhenTheVariableSaysSo() throws Exception {
    Map<String, String> variables =
        Map.of("REDIS_URI", redis.uri(), "SYNC_ENABLED", "true", "HEARTBEAT_INTERVAL", "600000");
    try (MeshGateway gateway = MeshGateway.start(config(variables))) {
      awaitHearing("ws", 1);
      dispatch("ws", "{\"op\":0,\"d\":{\"x\":1},\"t\":\"D1\"}", "\"42\"");
      dispatch("ws", "{\"op\":0,\"d\":{\"x\":2},\"t\":\"D2\",\"o\":{\"sync\":false}}", "\"42\"");
      dispatch("ws", "{\"op\":0,\"d\":{\"x\":3},\"t\":\"D3\"}", "\"42\"");

      await("both are kept")
          .atMost(Duration.ofMinutes(1))
          .until(
              () ->
                  Gateways.page(gateway.port(), "/metrics")
                      .body()
                      .contains("mesh_inbox_kept_total 2.0"));

      try (RawWebSocket ann = authenticated(gateway, 42)) {
        assertThat(ann.readText()).isEqualTo("{\"op\":0,\"d\":{\"x\":1},\"t\":\"D1\",\"s\":1}");
        assertThat(ann.readText()).isEqualTo("{\"op\":0,\"d\":{\"x\":3},\"t\":\"D3\",\"s\":2}");
      }
    }
  }

  @Test
  void aRefusedTokenCloses() throws Exception {
    try (MeshGateway gateway = MeshGateway.start(config(Map.of()));
        RawWebSocket socket = mesa(gateway)) {
      socket.sendText("{\"op\":2,\"d\":{\"token\":\"bad\"}}");

      assertThat(socket.readCloseCode()).isEqualTo(1008);
    }
    try (MeshGateway gateway =
            MeshGateway.start(config(Map.of("AUTH_DISCONNECT_ON_FAIL", "false")));
        RawWebSocket socket = mesa(gateway)) {
      assertThat(socket.readText()).contains("\"op\":10");
      socket.sendText("{\"op\":2,\"d\":{\"token\":\"bad\"}}");
      socket.sendText("{\"op\":2,\"d\":{\"token\":\"" + TOKEN + "\"}}");
      String answer = socket.readText();
      assertThat(answer == null || answer.contains("\"op\":22") ? answer : socket.readText())
          .contains("\"op\":22");
    }
  }

  /** As Mesa's dispatchers do it. */
  private void dispatch(String channel, String message, String recipients) {
    redis.command(
        "PUBLISH", channel, "{\"message\":" + message + ",\"recipients\":[" + recipients + "]}");
  }

  /** Redis tells how many hear something. */
  private void awaitHearing(String channel, int gateways) {
    await("gateways hear dispatchers")
        .atMost(Duration.ofMinutes(1))
        .until(() -> redis.command("PUBLISH", channel, "{}").contains(":" + gateways));
  }

  private static RawWebSocket authenticated(MeshGateway gateway, int id) throws IOException {
    RawWebSocket socket = mesa(gateway);
    assertThat(socket.readText()).contains("\"op\":10");
    String token = Tokens.hs256(Tokens.KEY, "{\"id\":" + id + "}");
    socket.sendText("{\"op\":2,\"d\":{\"token\":\"" + token + "\",\"shouldSync\":true}}");
    assertThat(socket.readText()).contains("\"op\":22");
    return socket;
  }

  private static RawWebSocket mesa(MeshGateway gateway) throws IOException {
    return RawWebSocket.to(gateway.port()).path("/mesa").open();
  }

  private static GatewayConfig config(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(Map.of("WS_KEY", Tokens.KEY, "MESA_PORT", "0"));
    all.put("MESH_HOST", "127.0.0.1");
    all.put("MESH_COMPAT", "mesa");
    all.putAll(variables);
    return GatewayConfig.of(all);
  }
}
