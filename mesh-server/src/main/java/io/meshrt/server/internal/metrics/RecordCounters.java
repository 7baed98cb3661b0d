// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the events of records into a registry. */
final class RecordCounters implements RecordMeter {
  private final AtomicLong subscriptions = new AtomicLong();
  private final Map<Outcome, Counter> writes = new EnumMap<>(Outcome.class);
  private final Counter conflicts;
  private final Counter reloads;
  private final Counter coalesced;

  RecordCounters(MeterRegistry registry) {
    Gauge.builder("mesh.record.subscriptions", subscriptions, AtomicLong::get)
        .description("Subscriptions to records")
        .register(registry);
    for (Outcome outcome : Outcome.values()) {
      String tag = outcome.name().toLowerCase(Locale.ROOT);
      writes.put(
          outcome, Counter.builder("mesh.record.writes").tag("outcome", tag).register(registry));
    }
    conflicts = counter(registry, "conflicts", "Writes tried again behind another one");
    reloads = counter(registry, "reloads", "Reads of followed records behind a gap");
    coalesced = counter(registry, "coalesced", "Updates that slow subscribers get with later ones");
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder("mesh.record." + name).description(description).register(registry);
  }

  @Override
  public void write(Outcome outcome) {
    Counter counter = writes.get(outcome);
    if (counter != null) {
      counter.increment();
    }
  }

  @Override
  public void conflict() {
    conflicts.increment();
  }

  @Override
  public void subscriptions(int change) {
    subscriptions.addAndGet(change);
  }

  @Override
  public void reload() {
    reloads.increment();
  }

  @Override
  public void coalesced() {
    coalesced.increment();
  }
}
