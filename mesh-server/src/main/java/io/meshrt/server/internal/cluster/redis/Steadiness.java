// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.schedule.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node's renewals have gone well for as long as a lease, so that whoever lives has had
 * time to renew too. Thread-safe.
 */
final class Steadiness {
  private final Scheduler scheduler;
  private final long leaseNanos;

  /**
   * Longest time between two renewals in which nobody's lease can end for want of a renewal. A
   * renewal that hangs fails too late to tell of an outage that is over by then.
   */
  private final long silenceNanos;

  // Guarded by this: since when renewals go well, null if the last one did not; and when the last
  // one that did was asked for.
  private @Nullable Long sinceNanos;
  private long renewedNanos;

  Steadiness(Scheduler scheduler, LeaseOptions options) {
    this.scheduler = scheduler;
    this.leaseNanos = options.lease().toNanos();
    this.silenceNanos = options.lease().minus(options.renewal()).toNanos();
  }

  /** A renewal went well; tells whether none had for too long, though none had failed. */
  synchronized boolean onRenewed(long askedNanos) {
    boolean silent = sinceNanos != null && askedNanos - renewedNanos > silenceNanos;
    if (sinceNanos == null || silent) {
      sinceNanos = scheduler.nanoTime();
      renewedNanos = askedNanos;
    } else if (askedNanos - renewedNanos > 0) {
      renewedNanos = askedNanos;
    }
    return silent;
  }

  /** A renewal failed, or came too late. */
  synchronized void onFailed() {
    sinceNanos = null;
  }

  synchronized boolean isSteady() {
    Long since = sinceNanos;
    long now = scheduler.nanoTime();
    return since != null && now - since >= leaseNanos && now - renewedNanos <= silenceNanos;
  }
}
