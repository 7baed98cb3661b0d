// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.gateway.harness.Tokens;
import io.meshrt.testkit.RawWebSocket;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Clients of ThinWS at the gateway: a room server without a line of code. */
class ThinWsClientsIT {
  private static final String CONNECT = "\"type\":\"connect\",\"connectionID\":\"92903040\"";
  private static final String COPY =
      "{\"type\":\"message\",\"message\":\"hello\",\"roomID\":\"r1\"}";

  @Test
  void roomsAreSharedAndRemembered() throws Exception {
    Map<String, String> variables =
        Map.of(
            "WS_KEY", Tokens.KEY,
            "MESA_PORT", "0",
            "MESH_HOST", "127.0.0.1",
            "MESH_COMPAT", "thinws",
            "MESH_ROOMS", "*");
    try (MeshGateway gateway = MeshGateway.start(GatewayConfig.of(variables));
        RawWebSocket first = thinWs(gateway);
        RawWebSocket second = thinWs(gateway)) {
      ask(first, 1, CONNECT);
      ask(first, 2, "\"type\":\"subscribe\",\"roomID\":\"r1\"");
      ask(second, 3, CONNECT);

      send(first, 4, "\"type\":\"message\",\"message\":\"hello\",\"roomID\":\"r1\"");

      assertThat(List.of(text(first), text(first))).containsExactlyInAnyOrder(ack(4), COPY);
      assertThat(text(second)).isEqualTo(COPY);
    }
  }

  private static RawWebSocket thinWs(MeshGateway gateway) throws IOException {
    return RawWebSocket.to(gateway.port()).path("/thinws").open();
  }

  private static void send(RawWebSocket socket, int id, String rest) throws IOException {
    socket.sendText("{\"messageID\":" + id + "," + rest + "}");
  }

  private static void ask(RawWebSocket socket, int id, String rest) throws IOException {
    send(socket, id, rest);
    assertThat(text(socket)).isEqualTo(ack(id));
  }

  private static String ack(int id) {
    return "{\"type\":\"ack\",\"messageID\":" + id + "}";
  }

  private static String text(RawWebSocket socket) throws IOException {
    String text = socket.readText();
    if (text == null) {
      throw new IOException("closed");
    }
    return text;
  }
}
