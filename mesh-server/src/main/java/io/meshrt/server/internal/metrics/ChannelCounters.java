// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the events of channels into a registry. */
final class ChannelCounters implements ChannelMeter {
  private final AtomicLong subscriptions = new AtomicLong();
  private final Counter published;
  private final Counter historyReads;
  private final Counter recovered;
  private final Counter gaps;

  ChannelCounters(MeterRegistry registry) {
    Gauge.builder("mesh.channel.subscriptions", subscriptions, AtomicLong::get)
        .description("Subscriptions to channels")
        .register(registry);
    published = counter(registry, "published", "Messages accepted");
    historyReads = counter(registry, "history.reads", "Reads of history");
    recovered = counter(registry, "recovered", "Missed messages found in history");
    gaps = counter(registry, "gaps", "Gaps told to subscribers");
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder("mesh.channel." + name).description(description).register(registry);
  }

  @Override
  public void published() {
    published.increment();
  }

  @Override
  public void subscriptions(int change) {
    subscriptions.addAndGet(change);
  }

  @Override
  public void historyRead() {
    historyReads.increment();
  }

  @Override
  public void recovered(int publications) {
    recovered.increment(publications);
  }

  @Override
  public void gap() {
    gaps.increment();
  }
}
