// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import java.util.concurrent.TimeUnit;

/** When the last malformed messages came. Owned by the session's I/O thread. */
final class MalformedCount {
  static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final long[] times;
  private int count;

  MalformedCount(int maxInWindow) {
    this.times = new long[maxInWindow];
  }

  /** Counts one more; false when it is one too many within the window. */
  boolean tolerates(long nowNanos) {
    if (times.length == 0) {
      return false;
    }
    int oldest = count % times.length;
    if (count >= times.length && nowNanos - times[oldest] <= WINDOW_NANOS) {
      return false;
    }
    times[oldest] = nowNanos;
    count = count + 1 == 2 * times.length ? times.length : count + 1;
    return true;
  }
}
