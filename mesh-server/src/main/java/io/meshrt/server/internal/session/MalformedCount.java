// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** When the last malformed messages came. Owned by the session's I/O thread. */
final class MalformedCount {
  static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final int maxInWindow;
  private final ArrayDeque<Long> times = new ArrayDeque<>();

  MalformedCount(int maxInWindow) {
    this.maxInWindow = maxInWindow;
  }

  /** Counts one more; false when it is one too many within the window. */
  boolean tolerates(long nowNanos) {
    Long oldest = times.peekFirst();
    while (oldest != null && nowNanos - oldest > WINDOW_NANOS) {
      times.removeFirst();
      oldest = times.peekFirst();
    }
    if (times.size() >= maxInWindow) {
      return false;
    }
    times.addLast(nowNanos);
    return true;
  }
}
