// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the events of inboxes into a registry. */
final class InboxCounters implements InboxMeter {
  private final AtomicLong open = new AtomicLong();
  private final Counter kept;
  private final Counter reads;
  private final Counter waiting;
  private final Counter gaps;
  private final Counter acknowledgements;

  InboxCounters(MeterRegistry registry) {
    Gauge.builder("mesh.inbox.open", open, AtomicLong::get)
        .description("Connections that have their inbox open")
        .register(registry);
    kept = counter(registry, "kept", "Messages kept");
    reads = counter(registry, "reads", "Reads of what is kept");
    waiting = counter(registry, "waiting", "Messages that waited when an inbox was opened");
    gaps = counter(registry, "gaps", "Gaps told to clients");
    acknowledgements = counter(registry, "acknowledgements", "Acknowledgements accepted");
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder("mesh.inbox." + name).description(description).register(registry);
  }

  @Override
  public void published() {
    kept.increment();
  }

  @Override
  public void subscriptions(int change) {
    open.addAndGet(change);
  }

  @Override
  public void historyRead() {
    reads.increment();
  }

  @Override
  public void recovered(int publications) {}

  @Override
  public void gap() {
    gaps.increment();
  }

  @Override
  public void opened(int messages, boolean complete) {
    waiting.increment(messages);
    if (!complete) {
      gaps.increment();
    }
  }

  @Override
  public void acknowledged() {
    acknowledgements.increment();
  }
}
