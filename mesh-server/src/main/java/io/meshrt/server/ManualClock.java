// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.internal.schedule.ManualTime;
import io.meshrt.server.internal.schedule.TimerWheel;
import io.meshrt.server.internal.schedule.Turning;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Time that passes only when a test says so, for the servers of an {@link InMemoryNetwork}, and for
 * applications that ask an {@link InstantSource}. Deadlines, leases, expiries and pings all follow
 * it. Clients do not: a server whose time passes faster than they can answer its pings closes them.
 * Thread-safe.
 */
public final class ManualClock implements InstantSource {
  private final ManualTime time;

  /** A clock that stands still at {@code start}. */
  public ManualClock(Instant start) {
    time = new ManualTime(start);
  }

  @Override
  public Instant instant() {
    return time.now();
  }

  /**
   * Lets time pass and does what the servers have to do meanwhile, each thing at its time, give or
   * take 100 ms. Afterwards it has begun; what it leads to on other threads may still be to come.
   */
  public void advance(Duration duration) {
    time.advance(duration);
  }

  TimerWheel wheel() {
    return time.wheel();
  }

  Turning turn(TimerWheel wheel) {
    return time.turn(wheel);
  }
}
