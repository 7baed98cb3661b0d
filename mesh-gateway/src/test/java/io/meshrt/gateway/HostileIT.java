// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import static io.meshrt.gateway.harness.Gateways.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.gateway.harness.GatewayProcess;
import io.meshrt.gateway.harness.Gateways;
import io.meshrt.gateway.harness.Tokens;
import io.meshrt.testkit.RawFrame;
import io.meshrt.testkit.RawWebSocket;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that send nonsense and forged tokens, beside one that does its work. */
class HostileIT {
  private static final List<String> NONSENSE =
      List.of(
          "not json",
          "null",
          "[]",
          "{\"command\":5}",
          "{\"id\":1}",
          "{\"id\":{},\"command\":\"mesh/authenticate\",\"payload\":7}",
          "{\"op\":2,\"d\":null}",
          "{\"id\":2,\"command\":\"mesh/authenticate\",\"payload\":{\"credentials\":null}}",
          "{\"id\":3,\"command\":\"mesh/authenticate\"}",
          "{".repeat(1_000));
  private static final List<String> TOKENS =
      List.of(
          "",
          "a.b.c",
          Tokens.unsigned("{\"id\":1}"),
          Tokens.hs256("somebody else's key, long enough", "{\"id\":1}"),
          Tokens.hs256(Tokens.KEY, "{\"id\":null}"),
          Tokens.hs256(Tokens.KEY, "{\"id\":1,\"exp\":1}"),
          Tokens.hs256(Tokens.KEY, "[1]"),
          Tokens.hs256(Tokens.KEY, "{\"alg\":\"HS256\",\"crit\":[\"a\"]}", "{\"id\":1}"),
          "x".repeat(10_000));

  @TempDir private Path folder;

  @Test
  void theProcessAndOthersGoOn() throws Exception {
    Map<String, String> variables =
        Map.of("WS_KEY", Tokens.KEY, "MESA_PORT", "0", "MESH_LOG", "true", "MESH_DRAIN_MS", "1s");
    try (GatewayProcess gateway = GatewayProcess.start(variables, folder)) {
      int port = gateway.port();
      try (MeshClient good = Gateways.client(port).reconnect(ReconnectPolicy.off()).build()) {
        result(good.connect());
        result(good.authenticate(Tokens.hs256(Tokens.KEY, "{\"id\":42}")));

        long end =
            System.nanoTime() + TimeUnit.SECONDS.toNanos(Boolean.getBoolean("mesh.full") ? 10 : 0);
        do {
          attack(port);
          assertThatExceptionOfType(ExecutionException.class)
              .isThrownBy(() -> result(good.command("nothing", null, String.class)))
              .withMessageContaining("ENOTFOUND");
        } while (System.nanoTime() < end);

        assertThat(gateway.isAlive()).isTrue();
        assertThat(Gateways.page(port, "/readyz").statusCode()).isEqualTo(200);
        Gateways.connected(port).close();
      }
      gateway.terminate();
      assertThat(gateway.awaitEnd()).isZero();
      assertThat(String.join("\n", gateway.said())).doesNotContain("ERROR");
    }
  }

  private static void attack(int port) throws IOException {
    try (RawWebSocket socket = Gateways.greeted(port)) {
      try {
        for (String text : NONSENSE) {
          socket.sendText(text);
        }
        socket.send(new RawFrame(true, 0, RawFrame.BINARY, new byte[] {1, 2, 3}).masked());
      } catch (SocketException e) {
        // Closed already, which is for the reader to see.
      }
      assertThat(socket.readCloseCode()).isNotEqualTo(1000);
    }
    for (String token : TOKENS) {
      try (RawWebSocket socket = Gateways.greeted(port)) {
        socket.sendText(
            "{\"id\":1,\"command\":\"mesh/authenticate\",\"payload\":{\"credentials\":{\"token\":\""
                + token
                + "\"}}}");
        assertThat(Gateways.answer(socket)).contains("EUNAUTHORIZED");
        assertThat(socket.readCloseCode()).isEqualTo(4501);
      }
    }
  }
}
