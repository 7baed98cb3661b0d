// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts into a registry. */
final class MicrometerClusterMetrics implements ClusterMetrics {
  private final AtomicInteger up = new AtomicInteger();
  private final Counter leasesLost;
  private final Counter foreignDropped;
  private final Map<Address, Counter> pushes = new EnumMap<>(Address.class);
  private final Map<Address, Counter> gaps = new EnumMap<>(Address.class);

  MicrometerClusterMetrics(MeterRegistry registry) {
    Gauge.builder("mesh.cluster.up", up, AtomicInteger::get)
        .description("1 while the cluster can be used")
        .register(registry);
    leasesLost =
        Counter.builder("mesh.cluster.leases.lost")
            .description("Times this node had to join its cluster anew")
            .register(registry);
    foreignDropped =
        Counter.builder("mesh.cluster.foreign.dropped")
            .description("Messages of others on their Redis channels that came too fast")
            .register(registry);
    for (Address address : Address.values()) {
      pushes.put(
          address, Counter.builder("mesh.pushes").tag("to", address.tag()).register(registry));
      gaps.put(address, Counter.builder("mesh.gaps").tag("from", address.tag()).register(registry));
    }
  }

  @Override
  public void up(boolean up) {
    this.up.set(up ? 1 : 0);
  }

  @Override
  public void leaseLost() {
    leasesLost.increment();
  }

  @Override
  public void pushed(Address to) {
    count(pushes.get(to));
  }

  @Override
  public void gap(Address from) {
    count(gaps.get(from));
  }

  @Override
  public void foreignDropped() {
    foreignDropped.increment();
  }

  private static void count(@Nullable Counter counter) {
    if (counter != null) {
      counter.increment();
    }
  }
}
