// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;

/**
 * For how long other nodes certainly count this one as live, as far as it knows itself.
 * Thread-safe.
 */
public final class LeaseTerm {
  private final Scheduler scheduler;
  private final long leaseNanos;

  private volatile Term current;

  private record Term(long number, long endNanos) {}

  /** There is no lease yet. */
  public LeaseTerm(Scheduler scheduler, Duration lease) {
    this.scheduler = scheduler;
    this.leaseNanos = lease.toNanos();
    this.current = new Term(0, scheduler.nanoTime());
  }

  /**
   * A lease was taken or renewed. Of renewals that overtake each other, the one asked for last
   * counts.
   *
   * @param askedNanos when that was asked for
   */
  public synchronized void onRenewed(long askedNanos) {
    long endNanos = askedNanos + leaseNanos;
    if (endNanos - current.endNanos > 0) {
      long number = number();
      current = new Term(isLapsed(number) ? number + 1 : number, endNanos);
    }
  }

  /** As {@link Cluster#term}. */
  public long number() {
    Term term = current;
    return scheduler.nanoTime() - term.endNanos < 0 ? term.number : term.number + 1;
  }

  /** Whether others may count a node as gone whose term this is. */
  public static boolean isLapsed(long number) {
    return number % 2 != 0;
  }
}
