// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.internal.loop.Loop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the server has fallen silent: {@code maxMissedPings + 1} times the interval have
 * passed since the last ping, or since the watch was started.
 */
final class MissedPingWatch {
  private final Loop loop;
  private final int maxMissedPings;
  private final Runnable onSilence;
  private Duration deadline = Duration.ZERO;
  private Loop.@Nullable Timer timer;

  MissedPingWatch(Loop loop, int maxMissedPings, Runnable onSilence) {
    this.loop = loop;
    this.maxMissedPings = maxMissedPings;
    this.onSilence = onSilence;
  }

  /** Begins to count from now, with pings expected every {@code interval}. */
  void start(Duration interval) {
    deadline = interval.multipliedBy(maxMissedPings + 1L);
    restart();
  }

  void onPing() {
    if (timer != null) {
      restart();
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  Duration deadline() {
    return deadline;
  }

  private void restart() {
    stop();
    timer = loop.schedule(deadline, onSilence);
  }
}
