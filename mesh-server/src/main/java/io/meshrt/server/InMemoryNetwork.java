// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import io.meshrt.server.internal.schedule.TimerWheel;
import java.security.SecureRandom;

/**
 * What several servers of one JVM share instead of a Redis: for tests and examples with more than
 * one node. Thread-safe; lives as long as somebody holds it.
 */
public final class InMemoryNetwork {
  // The wheel is only its clock: the nodes bring timers of their own.
  private final InMemoryWorld world =
      new InMemoryWorld(new TimerWheel(), new SecureRandom().nextLong());

  /** Without nodes. */
  public InMemoryNetwork() {}

  InMemoryWorld world() {
    return world;
  }
}
