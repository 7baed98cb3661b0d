// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import java.util.concurrent.TimeUnit;

/**
 * A token bucket that holds one second's commands. Owned by the session's I/O thread.
 *
 * <p>A sender is persistent when it was refused and has not let the bucket fill up again since: one
 * that keeps just above its rate has most of its commands accepted, and is too fast all the same.
 */
final class CommandRate {
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final double perNano;
  private final int capacity;
  private double tokens;
  private long lastNanos;
  private boolean refusing;
  private long refusingSinceNanos;

  CommandRate(int maxPerSecond, long nowNanos) {
    this.perNano = maxPerSecond / (double) TimeUnit.SECONDS.toNanos(1);
    this.capacity = maxPerSecond;
    this.tokens = maxPerSecond;
    this.lastNanos = nowNanos;
  }

  /** Takes a token; false when there is none. */
  boolean tryTake(long nowNanos) {
    tokens = Math.min(capacity, tokens + (nowNanos - lastNanos) * perNano);
    lastNanos = nowNanos;
    if (tokens >= capacity) {
      refusing = false;
    }
    if (tokens >= 1) {
      tokens--;
      return true;
    }
    if (!refusing) {
      refusing = true;
      refusingSinceNanos = nowNanos;
    }
    return false;
  }

  /** Whether the sender has been too fast for {@link #PATIENCE_NANOS}. */
  boolean isPersistent(long nowNanos) {
    return refusing && nowNanos - refusingSinceNanos >= PATIENCE_NANOS;
  }
}
