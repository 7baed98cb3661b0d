// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import io.meshrt.server.internal.cluster.memory.PublisherDelivery;
import io.meshrt.server.internal.outpost.Ground;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.schedule.TimerThread;
import io.meshrt.server.internal.schedule.TimerWheel;
import io.meshrt.server.internal.schedule.Turning;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * What several servers of one JVM share instead of a Redis: for tests and examples with more than
 * one node. Thread-safe; lives as long as somebody holds it.
 */
public final class InMemoryNetwork extends Ground {
  private final @Nullable ManualClock clock;

  // Its wheel is only a clock: the nodes bring timers of their own.
  private final InMemoryWorld world;

  /** Without nodes, on the clock of the machine. */
  public InMemoryNetwork() {
    this(null, new TimerWheel());
  }

  /** Without nodes; time passes for all that come when the clock says so. */
  public InMemoryNetwork(ManualClock clock) {
    this(clock, clock.wheel());
  }

  private InMemoryNetwork(@Nullable ManualClock clock, TimerWheel wheel) {
    this.clock = clock;
    this.world = new InMemoryWorld(wheel, new SecureRandom().nextLong());
  }

  InMemoryWorld world() {
    return world;
  }

  @Override
  protected Guest guest(String name, Scheduler scheduler) {
    PublisherDelivery delivery = new PublisherDelivery();
    Cluster cluster = InMemoryCluster.guest(world, name, scheduler, delivery);
    return new Guest() {
      @Override
      public Cluster cluster() {
        return cluster;
      }

      @Override
      public boolean waits() {
        return true;
      }

      @Override
      public void close() {
        delivery.close();
      }
    };
  }

  /** The timers of one more node or guest. */
  @Override
  protected TimerWheel timers() {
    return clock == null ? new TimerWheel() : clock.wheel();
  }

  @Override
  protected Turning turning(TimerWheel wheel) {
    return clock == null ? new TimerThread(wheel) : clock.turn(wheel);
  }
}
