// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the events of collections into a registry. */
final class CollectionCounters implements CollectionMeter {
  private final AtomicLong subscriptions;
  private final AtomicLong views;
  private final Counter resolutions;
  private final Counter reloads;

  CollectionCounters(MeterRegistry registry) {
    subscriptions = gauge(registry, "subscriptions", "Subscriptions to collections");
    views = gauge(registry, "views", "Collections that are followed");
    resolutions = counter(registry, "resolutions", "Runs of resolvers");
    reloads = counter(registry, "reloads", "Reads of whole collections behind a gap");
  }

  private static AtomicLong gauge(MeterRegistry registry, String name, String description) {
    AtomicLong value = new AtomicLong();
    Gauge.builder("mesh.collection." + name, value, AtomicLong::get)
        .description(description)
        .register(registry);
    return value;
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder("mesh.collection." + name).description(description).register(registry);
  }

  @Override
  public void subscriptions(int change) {
    subscriptions.addAndGet(change);
  }

  @Override
  public void views(int change) {
    views.addAndGet(change);
  }

  @Override
  public void resolution() {
    resolutions.increment();
  }

  @Override
  public void reload() {
    reloads.increment();
  }
}
