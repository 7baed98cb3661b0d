// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import io.meshrt.server.internal.schedule.TimerThread;
import io.meshrt.server.internal.schedule.TimerWheel;
import io.meshrt.server.internal.schedule.Turning;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * What several servers of one JVM share instead of a Redis: for tests and examples with more than
 * one node. Thread-safe; lives as long as somebody holds it.
 */
public final class InMemoryNetwork {
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

  /** The timers of one more node. */
  TimerWheel wheel() {
    return clock == null ? new TimerWheel() : clock.wheel();
  }

  Turning turn(TimerWheel wheel) {
    return clock == null ? new TimerThread(wheel) : clock.turn(wheel);
  }
}
