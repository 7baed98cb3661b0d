// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts the events of rooms into a registry. */
final class RoomCounters implements RoomMeter {
  private final Counter messages;
  private final Counter restored;
  private final Counter refused;
  private final Counter failures;

  RoomCounters(MeterRegistry registry) {
    messages = counter(registry, "messages", "Messages of clients to rooms");
    restored = counter(registry, "restored", "Remembered memberships restored");
    refused = counter(registry, "refused", "Remembered memberships that guards refused");
    failures = counter(registry, "restore.failures", "Times restoring has to be tried again");
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder("mesh.room." + name).description(description).register(registry);
  }

  @Override
  public void sent() {
    messages.increment();
  }

  @Override
  public void restored() {
    restored.increment();
  }

  @Override
  public void refused() {
    refused.increment();
  }

  @Override
  public void notRestored() {
    failures.increment();
  }
}
