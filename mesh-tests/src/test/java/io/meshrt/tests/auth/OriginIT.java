// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.harness.Local;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which pages may connect. */
class OriginIT {
  @ParameterizedTest
  @CsvSource({
    ", 101",
    "http://127.0.0.1:{port}, 101",
    "http://127.0.0.1:1, 403",
    "https://evil.example, 403",
    "null, 403"
  })
  void pagesOfTheSameHostMayConnect(String origin, int status) throws Exception {
    assertThat(status(Local.server(), origin)).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    ", 101",
    "https://app.example, 101",
    "https://APP.example:443, 101",
    "https://app.example.evil.example, 403",
    "http://app.example, 403",
    "http://127.0.0.1:{port}, 403"
  })
  void listedPagesMayConnectAndNoOthers(String origin, int status) throws Exception {
    assertThat(status(Local.server().allowedOrigins("https://app.example"), origin))
        .isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"https://evil.example, 101", "null, 101"})
  void everyPageMayConnectWhereThatIsSaid(String origin, int status) throws Exception {
    assertThat(status(Local.server().allowAnyOrigin(), origin)).isEqualTo(status);
  }

  private static int status(MeshServerBuilder builder, String origin) throws IOException {
    try (MeshServer server = builder.build()) {
      server.start();
      String named = origin == null ? null : origin.replace("{port}", "" + server.port());
      try (RawWebSocket socket = RawWebSocket.to(server.port()).header("Origin", named).open()) {
        return Integer.parseInt(socket.responseHead().substring(9, 12));
      } catch (RawWebSocket.UpgradeRefused refused) {
        return refused.status();
      }
    }
  }
}
