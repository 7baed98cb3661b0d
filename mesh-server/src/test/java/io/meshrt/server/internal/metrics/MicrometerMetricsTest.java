// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MicrometerMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MicrometerMetrics metrics = new MicrometerMetrics(registry);

  @Test
  void connectionsAreAGaugeAndTheirEndsAreCountedByCode() {
    metrics.connectionOpened();
    metrics.connectionOpened();
    metrics.connectionClosed(4008);

    assertThat(registry.get("mesh.connections").gauge().value()).isEqualTo(1);
    assertThat(registry.get("mesh.connections.closed").tag("code", "4008").counter().count())
        .isEqualTo(1);
  }

  @Test
  void codesThatAClientInventedShareOneTag() {
    long meters = registry.getMeters().size();

    metrics.connectionClosed(3999);
    metrics.connectionClosed(4777);

    assertThat(registry.get("mesh.connections.closed").tag("code", "other").counter().count())
        .isEqualTo(2);
    assertThat(registry.getMeters()).hasSize((int) meters);
  }

  @Test
  void commandsAreTimedByNameAndOutcome() {
    metrics.command("echo").record(Outcome.OK, TimeUnit.MILLISECONDS.toNanos(3));
    metrics.unknownCommand().record(Outcome.FAILED, 1);

    assertThat(
            registry
                .get("mesh.commands")
                .tags("command", "echo", "outcome", "ok")
                .timer()
                .totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(3);
    assertThat(registry.get("mesh.commands").tag("kind", "unknown").timers()).isNotEmpty();
  }

  @Test
  void aCommandCalledUnknownIsNotMistakenForUnknownCommands() {
    metrics.command("unknown").record(Outcome.OK, 5);
    metrics.unknownCommand().record(Outcome.OK, 5);

    assertThat(
            registry
                .get("mesh.commands")
                .tags("command", "unknown", "kind", "registered", "outcome", "ok")
                .timer()
                .count())
        .isEqualTo(1);
  }

  @Test
  void limitsRefusalsAndBytesAreCounted() {
    metrics.limitHit(Limit.COMMAND_RATE);
    metrics.upgradeRefused("origin");
    metrics.bytesIn(7);
    metrics.bytesOut(9);
    metrics.slowConsumer();
    metrics.malformedMessage();
    metrics.latency(TimeUnit.MILLISECONDS.toNanos(4));
    metrics.outboxes(300, 200);

    assertThat(registry.get("mesh.limits.hit").tag("limit", "command-rate").counter().count())
        .isEqualTo(1);
    assertThat(registry.get("mesh.upgrades.refused").tag("reason", "origin").counter().count())
        .isEqualTo(1);
    assertThat(registry.get("mesh.bytes.in").counter().count()).isEqualTo(7);
    assertThat(registry.get("mesh.bytes.out").counter().count()).isEqualTo(9);
    assertThat(registry.get("mesh.slow.consumers").counter().count()).isEqualTo(1);
    assertThat(registry.get("mesh.messages.malformed").counter().count()).isEqualTo(1);
    assertThat(registry.get("mesh.latency").timer().count()).isEqualTo(1);
    assertThat(registry.get("mesh.outbox.bytes").gauge().value()).isEqualTo(300);
    assertThat(registry.get("mesh.outbox.fullest").summary().max()).isEqualTo(200);
  }

  @Test
  void everyMeterBeginsWithMesh() {
    metrics.command("echo");
    metrics.upgradeRefused("origin");

    assertThat(registry.getMeters())
        .extracting(Meter::getId)
        .allMatch(id -> id.getName().startsWith("mesh."));
  }

  @Test
  void withoutARegistryNothingFails() {
    NoMetrics none = NoMetrics.INSTANCE;

    none.connectionOpened();
    none.connectionClosed(1000);
    none.limitHit(Limit.OUTBOX);
    none.command("echo").record(Outcome.OK, 1);

    assertThat(none.unknownCommand()).isSameAs(none.command("echo"));
  }
}
