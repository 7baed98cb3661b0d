// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what goes to stores into a registry. */
final class MirrorCounters implements MirrorMeter {
  private static final String KIND = "kind";

  private final AtomicLong waiting = new AtomicLong();
  private final Counter handed;
  private final Counter failures;

  MirrorCounters(MeterRegistry registry, Kind kind) {
    Gauge.builder("mesh.mirror.waiting", waiting, AtomicLong::get)
        .description("What waits for stores")
        .tag(KIND, kind.tag())
        .register(registry);
    handed = Counter.builder("mesh.mirror.handed").tag(KIND, kind.tag()).register(registry);
    failures = Counter.builder("mesh.mirror.failures").tag(KIND, kind.tag()).register(registry);
  }

  @Override
  public void waiting(int change) {
    waiting.addAndGet(change);
  }

  @Override
  public void handed(int count) {
    handed.increment(count);
  }

  @Override
  public void failed() {
    failures.increment();
  }
}
