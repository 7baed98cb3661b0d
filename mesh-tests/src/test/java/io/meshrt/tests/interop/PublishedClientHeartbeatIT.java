// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.AddressLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.tests.harness.Local;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the published JavaScript client, unmodified, takes its connection for lost. */
@Tag("full")
class PublishedClientHeartbeatIT {
  private static final int CLIENTS = 20;
  private static final int PERIODS = 25;
  private static final int MILLIS = 1_000;
  private static final int CALM_PINGS = 8;
  private static final int UPGRADES_PER_SECOND = 5;

  private final AtomicInteger accepted = new AtomicInteger();

  /** Server and clients check at the same times, if nothing is done about it. */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void twentyAtThePingIntervalOfTheServerStayConnected() throws Exception {
    NodePrograms.install();
    try (MeshServer server = started(Duration.ofMillis(MILLIS), AddressLimits.defaults())) {
      Map<String, JsonNode> facts =
          NodePrograms.facts(
              "realtime-heartbeats.mjs",
              "ws://127.0.0.1:" + server.port(),
              "" + MILLIS,
              "" + CLIENTS,
              "" + PERIODS);

      assertThat(facts.get("disturbances")).isEmpty();
      assertThat(facts.get("served").asBoolean()).isTrue();
      assertThat(accepted).hasValue(CLIENTS);
    }
  }

  /** It takes the late end of its old connection for that of the new one, and so on. */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void halfOpenConnectionDoesNotEndInALoopOfReconnects() throws Exception {
    NodePrograms.install();
    AddressLimits limits = AddressLimits.defaults().withMaxUpgradesPerSecond(UPGRADES_PER_SECOND);
    try (MeshServer server = started(Duration.ofMillis(MILLIS / 2), limits);
        TcpProxy proxy = TcpProxy.plain(server.port())) {
      CompletableFuture<Map<String, JsonNode>> program =
          NodePrograms.factsLater(
              "realtime-half-open.mjs",
              "ws://127.0.0.1:" + proxy.port(),
              "" + MILLIS / 2,
              "" + CALM_PINGS);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> server.connections().list().stream().anyMatch(it -> it.latency().isPresent()));

      proxy.strand();

      Map<String, JsonNode> facts = program.get(2, TimeUnit.MINUTES);
      assertThat(facts.get("echo").asText()).isEqualTo("calm");
      assertThat(facts.get("closes").asInt()).isPositive();
      assertThat(accepted.get()).isLessThanOrEqualTo(3 * UPGRADES_PER_SECOND);
      assertThat(facts.get("attempts").asInt()).isLessThanOrEqualTo(4 * UPGRADES_PER_SECOND);
    }
  }

  private MeshServer started(Duration pingInterval, AddressLimits limits) {
    MeshServer server =
        Local.server()
            .heartbeat(new HeartbeatOptions(pingInterval, pingInterval, 1))
            .addressLimits(limits)
            .build();
    server.registerCommand("echo", ctx -> ctx.rawPayload());
    server.onConnect(connection -> accepted.incrementAndGet());
    server.start();
    return server;
  }
}
