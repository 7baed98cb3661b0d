// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import static io.meshrt.gateway.harness.Gateways.page;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.MeshClient;
import io.meshrt.faults.SharedRedis;
import io.meshrt.gateway.harness.GatewayProcess;
import io.meshrt.gateway.harness.Gateways;
import io.meshrt.gateway.harness.Tokens;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar that people run, as it was packaged. */
class RunnableJarIT {
  private static final Path JAR = Path.of("target", "mesh-gateway.jar");

  @TempDir private Path folder;

  @Test
  void servesAndEndsWithZero() throws Exception {
    Map<String, String> variables =
        Map.of("WS_KEY", Tokens.KEY, "MESA_PORT", "0", "REDIS_URI", SharedRedis.uri());
    try (GatewayProcess gateway = GatewayProcess.ofJar(JAR, variables, folder)) {
      int port = gateway.port();
      Gateways.awaitReady(port);
      String token = Tokens.hs256(Tokens.KEY, "{\"id\":42}");
      try (MeshClient client = Gateways.authenticated(port, token)) {
        assertThat(client.connectionId()).isPresent();
        assertThat(page(port, "/metrics").body()).contains("mesh_connections");
      }
      gateway.terminate();
      assertThat(gateway.awaitEnd()).isZero();
      assertThat(String.join("\n", gateway.said())).doesNotContain("SLF4J", "Exception");
    }
  }

  @Test
  void hasTheLicencesOfWhatIsInIt() throws Exception {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.getEntry("META-INF/LICENSE")).isNotNull();
      assertThat(jar.getEntry("META-INF/NOTICE")).isNotNull();
      assertThat(jar.getEntry("META-INF/services/org.xnio.XnioProvider")).isNotNull();
      assertThat(jar.getManifest().getMainAttributes().getValue("Multi-Release")).isEqualTo("true");
    }
  }
}
