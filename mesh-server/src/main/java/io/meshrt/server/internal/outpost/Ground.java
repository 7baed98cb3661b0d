// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.outpost;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.schedule.TimerThread;
import io.meshrt.server.internal.schedule.TimerWheel;
import io.meshrt.server.internal.schedule.Turning;

/**
 * Where the nodes of a cluster meet, and guests can. What options for applications extend, so that
 * they can be handed to an {@link Outpost} by whoever got them.
 */
public abstract class Ground {
  /** What a guest is made of. */
  public interface Guest {
    /** A guest that has not started. */
    Cluster cluster();

    /** Whether its start is to be waited for. */
    boolean waits();

    /** Ends what is not the cluster's own, when that is closed. */
    void close();
  }

  /** For whoever knows a way to meet. */
  protected Ground() {}

  /** A guest of this name, unlike any other's. */
  protected abstract Guest guest(String name, Scheduler scheduler);

  /** Timers for one guest. */
  protected TimerWheel timers() {
    return new TimerWheel();
  }

  /** Lets such timers go, until it is closed. */
  protected Turning turning(TimerWheel timers) {
    return new TimerThread(timers);
  }
}
