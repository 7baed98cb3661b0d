// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.gateway.internal.config.ConfigReading;
import io.meshrt.gateway.internal.config.DotEnv;
import io.meshrt.gateway.internal.config.Variable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page, the example of a file and the code tell of the same variables. */
class GatewayPageTest {
  @Test
  void theTableHasAllVariables() throws Exception {
    List<String> rows =
        Files.readAllLines(Path.of("..", "docs", "gateway.md")).stream()
            .filter(line -> line.startsWith("| `MESH_"))
            .toList();

    assertThat(rows)
        .containsExactlyElementsOf(
            Arrays.stream(Variable.values()).map(GatewayPageTest::row).toList());
  }

  private static String row(Variable variable) {
    String aliases =
        variable.aliases().stream().map(GatewayPageTest::quoted).collect(Collectors.joining(", "));
    return "| "
        + String.join(
            " | ",
            quoted(variable.key()),
            aliases,
            variable.fallback().isEmpty() ? "" : quoted(variable.fallback()),
            variable.meaning())
        + " |";
  }

  private static String quoted(String text) {
    return "`" + text + "`";
  }

  @Test
  void theExampleHasAllVariablesWithTheirDefaults() throws Exception {
    String example = Files.readString(Path.of(".env.example"));
    Path folder = Files.createTempDirectory("gateway");
    Path all = folder.resolve(".env");
    Files.writeString(all, example.replaceAll("(?m)^#(MESH_)", "$1"));

    Map<String, String> values = DotEnv.under(all, Map.of());

    assertThat(values.keySet())
        .containsExactlyElementsOf(Arrays.stream(Variable.values()).map(Variable::key).toList());
    for (Variable variable : Variable.values()) {
      assertThat(values.get(variable.key())).as(variable.key()).isEqualTo(variable.fallback());
    }
    Map<String, String> withKey = new HashMap<>(values);
    withKey.put("MESH_JWT_KEY", "x".repeat(32));
    assertThat(ConfigReading.of(withKey).problems()).isEmpty();
    assertThat(ConfigReading.of(withKey).print())
        .isEqualTo(ConfigReading.of(Map.of("MESH_JWT_KEY", "x".repeat(32))).print());
  }
}
