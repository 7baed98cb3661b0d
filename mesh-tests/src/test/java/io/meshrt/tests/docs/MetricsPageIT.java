// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.testkit.RawWebSocket;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The page about metrics names every meter a server registers, its type and its tags. */
class MetricsPageIT {
  @Test
  void pageTellsOfEveryMeter() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (MeshServer server =
        MeshServer.builder().host("127.0.0.1").port(0).meterRegistry(registry).build()) {
      server.registerCommand("echo", ctx -> ctx.rawPayload());
      server.start();
      try (MeshClient client = MeshClient.builder("ws://127.0.0.1:" + server.port()).build()) {
        client.connect().join();
        client.command("echo", 1, Integer.class).join();
        assertThatThrownBy(
                () -> client.command("a name that no tag may hold", 1, Integer.class).join())
            .hasMessageContaining("not found");
      }
      assertThatThrownBy(() -> RawWebSocket.to(server.port()).header("Upgrade", null).open())
          .isInstanceOf(RawWebSocket.UpgradeRefused.class);
    }

    Map<String, String> registered = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      TreeSet<String> tags = new TreeSet<>();
      meter.getId().getTags().stream().map(Tag::getKey).forEach(tags::add);
      registered.put(meter.getId().getName(), type(meter) + " " + tags);
      assertThat(meter.getId().getTags())
          .noneMatch(tag -> tag.getValue().contains("no tag may hold"));
    }

    assertThat(new TreeMap<>(told())).isEqualTo(registered);
  }

  @Test
  void pageTellsOfEveryLimit() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    MeshServer.builder().host("127.0.0.1").port(0).meterRegistry(registry).build().close();

    TreeSet<String> counted = new TreeSet<>();
    for (Counter counter : registry.find("mesh.limits.hit").counters()) {
      counted.add(counter.getId().getTag("limit"));
    }

    TreeSet<String> told = new TreeSet<>(Pages.secondCells("metrics.md").keySet());
    told.removeIf(name -> name.equals("limit") || name.startsWith("mesh."));
    assertThat(told).isEqualTo(counted).isNotEmpty();
  }

  private static Map<String, String> told() throws Exception {
    Map<String, String> told = new TreeMap<>();
    for (String line : Pages.text(Pages.ROOT.resolve("docs/metrics.md")).lines().toList()) {
      String[] cells = line.split("\\|", -1);
      if (cells.length > 4 && cells[1].strip().startsWith("`mesh.")) {
        TreeSet<String> tags =
            new TreeSet<>(Arrays.asList(cells[3].replace("`", "").split("[, ]+", -1)));
        tags.remove("");
        told.put(cells[1].strip().replace("`", ""), cells[2].strip() + " " + tags);
      }
    }
    return told;
  }

  private static String type(Meter meter) {
    return switch (meter.getId().getType()) {
      case DISTRIBUTION_SUMMARY -> "summary";
      case COUNTER, GAUGE, TIMER, LONG_TASK_TIMER, OTHER ->
          meter.getId().getType().name().toLowerCase(Locale.ROOT);
    };
  }
}
