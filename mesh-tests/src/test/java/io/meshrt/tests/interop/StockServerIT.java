// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.client.MeshClient;
import io.meshrt.core.protocol.CommandException;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The Java client against a stock {@code ws} server, which echoes the subprotocol it is offered.
 */
@Tag("full")
@Tag("interop")
class StockServerIT {
  @ParameterizedTest
  @ValueSource(strings = {"", "mesh/", "rt/"})
  void clientIsNotFooledByAnEchoedSubprotocol(String prefix) throws Exception {
    NodePrograms.install();
    Process node = NodePrograms.start("stock-ws-server.mjs", prefix);
    try (BufferedReader out = node.inputReader(StandardCharsets.UTF_8)) {
      int port = NodePrograms.JSON.readTree(out.readLine()).get("value").asInt();
      try (MeshClient client = MeshClient.builder("ws://127.0.0.1:" + port).build()) {
        client.connect().get(30, TimeUnit.SECONDS);

        String reply = client.command("echo", "Hello!", String.class).get(30, TimeUnit.SECONDS);

        assertThat(reply).isEqualTo("echo: Hello!");
        assertThatThrownBy(
                () -> client.command("nope", null, String.class).get(30, TimeUnit.SECONDS))
            .hasCauseInstanceOf(CommandException.class)
            .hasMessageContaining("not found");
      }
    } finally {
      node.destroyForcibly();
    }
  }
}
