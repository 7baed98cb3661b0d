// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import static io.meshrt.gateway.harness.Gateways.page;
import static io.meshrt.gateway.harness.Gateways.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.gateway.harness.GatewayProcess;
import io.meshrt.gateway.harness.Gateways;
import io.meshrt.gateway.harness.Tokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program: its arguments, its file, its output, its end. */
class ProgramIT {
  @TempDir private Path folder;

  @Test
  void withoutAKeyItDoesNotStart() throws Exception {
    try (GatewayProcess program = GatewayProcess.start(Map.of("MESH_PORT", "0"), folder)) {
      assertThat(program.awaitEnd()).isEqualTo(GatewayMain.WRONG);
      assertThat(program.said()).anyMatch(line -> line.contains("MESH_JWT_KEY: has to be set"));
    }
  }

  @Test
  void itTellsAllProblemsAndIsNotKeptFromTellingByOne() throws Exception {
    Map<String, String> wrong = Map.of("MESH_PORT", "x", "MESH_PRT", "1", "ENABLE_LOGGING", "so");
    try (GatewayProcess program = GatewayProcess.start(wrong, folder, "--check-config")) {
      assertThat(program.awaitEnd()).isEqualTo(GatewayMain.WRONG);
      assertThat(String.join("\n", program.said()))
          .contains("MESH_PORT: ", "MESH_PRT: ", "ENABLE_LOGGING: ", "MESH_JWT_KEY: ");
    }
  }

  @Test
  void itChecksAndPrintsItsConfiguration() throws Exception {
    Files.writeString(folder.resolve(".env"), "WS_KEY=" + Tokens.KEY + "\nMESA_PORT=4999\n");
    try (GatewayProcess check = GatewayProcess.start(Map.of(), folder, "--check-config");
        GatewayProcess print =
            GatewayProcess.start(Map.of("MESH_PORT", "4998"), folder, "--print-config");
        GatewayProcess help = GatewayProcess.start(Map.of(), folder, "--help");
        GatewayProcess nonsense = GatewayProcess.start(Map.of(), folder, "--serve")) {
      assertThat(check.awaitEnd()).isZero();
      assertThat(check.said()).contains("the configuration is good");
      assertThat(print.awaitEnd()).isZero();
      assertThat(print.said())
          .contains("MESH_PORT=4998", "MESH_JWT_KEY=***", "MESH_NAMESPACE=gateway")
          .noneMatch(line -> line.contains(Tokens.KEY));
      assertThat(help.awaitEnd()).isZero();
      assertThat(help.said()).anyMatch(line -> line.contains("MESH_JWT_KEY"));
      assertThat(nonsense.awaitEnd()).isEqualTo(GatewayMain.WRONG);
    }
  }

  @Test
  void itLogsWhoComesAndGoesAndEndsWithZeroWhenAsked() throws Exception {
    Map<String, String> variables =
        Map.of("WS_KEY", Tokens.KEY, "MESA_PORT", "0", "NODE_ENV", "test", "MESH_DRAIN_MS", "2s");
    try (GatewayProcess program = GatewayProcess.start(variables, folder)) {
      int port = program.port();
      assertThat(page(port, "/readyz").statusCode()).isEqualTo(200);
      try (MeshClient client = Gateways.client(port).reconnect(ReconnectPolicy.off()).build()) {
        result(client.connect());
        program.await(Pattern.compile("\\[test\\] ConnectionLog - \\S+ connected from 127.0.0.1"));
        result(client.authenticate(Tokens.hs256(Tokens.KEY, "{\"id\":7}")));
        program.await(Pattern.compile("authenticated as 7"));

        program.terminate();

        program.await(Pattern.compile("disconnected: \\d+"));
      }
      assertThat(program.awaitEnd()).isZero();
    }
  }

  @Test
  void itIsQuietWhenTold() throws Exception {
    Map<String, String> variables =
        Map.of("MESH_AUTH", "none", "MESH_PORT", "0", "MESH_LOG", "FALSE");
    try (GatewayProcess program = GatewayProcess.start(variables, folder, "--check-config")) {
      assertThat(program.awaitEnd()).isZero();
    }
    try (GatewayProcess program =
        GatewayProcess.start(
            Map.of("MESH_AUTH", "none", "MESH_PORT", "0", "MESH_REDIS_URI", "redis://127.0.0.1:1"),
            folder)) {
      int port = program.port();
      assertThat(page(port, "/healthz").statusCode()).isEqualTo(200);
      assertThat(page(port, "/readyz").statusCode()).isEqualTo(503);
      program.terminate();
      assertThat(program.awaitEnd()).isZero();
    }
  }
}
