// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import static io.meshrt.gateway.harness.Gateways.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.gateway.harness.Gateways;
import io.meshrt.gateway.harness.Tokens;
import io.meshrt.server.MeshServer;
import io.meshrt.testkit.RawWebSocket;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What clients of Mesa are told by a gateway that was configured for Mega. */
class MesaClientsIT {
  private static final String TOKEN = Tokens.hs256(Tokens.KEY, "{\"id\":42}");

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
