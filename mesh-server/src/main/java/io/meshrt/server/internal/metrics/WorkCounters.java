// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the events of workers into a registry. */
final class WorkCounters implements WorkMeter {
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong workers = new AtomicLong();
  private final AtomicLong partitions = new AtomicLong();
  private final Map<Outcome, Timer> handled = new EnumMap<>(Outcome.class);
  private final Counter forwarded;
  private final Counter refused;
  private final Counter noWorker;
  private final Counter dropped;
  private final Counter expired;
  private final Counter repeated;
  private final Counter gaps;

  WorkCounters(MeterRegistry registry) {
    gauge(registry, "waiting", "Commands that wait for workers", waiting);
    gauge(registry, "workers", "Workers this server sees", workers);
    gauge(registry, "partitions", "Partitions this worker holds", partitions);
    for (Outcome outcome : Outcome.values()) {
      handled.put(
          outcome,
          Timer.builder("mesh.work.handled")
              .description("Runs of a worker's handlers")
              .tag("outcome", outcome.tag())
              .register(registry));
    }
    forwarded = counter(registry, "forwarded", "Commands given to groups");
    refused = counter(registry, "refused", "Commands not forwarded: too many wait");
    noWorker = counter(registry, "unclaimed", "Commands no worker took in time");
    dropped = counter(registry, "dropped", "Copies and events not forwarded");
    expired = counter(registry, "expired", "Commands a worker found too late");
    repeated = counter(registry, "repeated", "Work a worker found done before");
    gaps = counter(registry, "gaps", "Gaps a worker found");
  }

  private static void gauge(
      MeterRegistry registry, String name, String description, AtomicLong value) {
    Gauge.builder("mesh.work." + name, value, AtomicLong::get)
        .description(description)
        .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder("mesh.work." + name).description(description).register(registry);
  }

  @Override
  public void forwarded() {
    forwarded.increment();
  }

  @Override
  public void waiting(int change) {
    waiting.addAndGet(change);
  }

  @Override
  public void refused() {
    refused.increment();
  }

  @Override
  public void noWorker() {
    noWorker.increment();
  }

  @Override
  public void dropped() {
    dropped.increment();
  }

  @Override
  public void workers(int change) {
    workers.addAndGet(change);
  }

  @Override
  public void handled(Outcome outcome, long nanos) {
    Objects.requireNonNull(handled.get(outcome)).record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void expired() {
    expired.increment();
  }

  @Override
  public void repeated() {
    repeated.increment();
  }

  @Override
  public void gap() {
    gaps.increment();
  }

  @Override
  public void partitions(int change) {
    partitions.addAndGet(change);
  }
}
