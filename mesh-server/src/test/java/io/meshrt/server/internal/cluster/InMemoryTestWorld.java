// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Nodes of one {@link InMemoryWorld}, with two delivery threads between them. */
public final class InMemoryTestWorld extends TestWorld {
  private final TestTimers clock = new TestTimers();
  private final InMemoryWorld world = new InMemoryWorld(clock, 42);
  private final ExecutorService delivery = Executors.newFixedThreadPool(2);

  @Override
  protected Cluster build(String name, LeaseOptions leases, TestTimers timers) {
    return new InMemoryCluster(world, name, leases, timers, delivery);
  }

  @Override
  protected Cluster buildGuest(String name, TestTimers timers) {
    return InMemoryCluster.guest(world, name, timers, delivery);
  }

  @Override
  public void close() {
    super.close();
    delivery.shutdown();
    clock.close();
  }
}
