// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.channel;

import java.time.Duration;

/**
 * How publications are handed to a store. Immutable.
 *
 * @param maxBatch most messages given to the store at a time
 * @param flushInterval longest time a message waits while the store answers
 * @param retryDelay pause after the store has failed
 * @param maxBuffered messages that may wait; beyond it publications are refused with {@code
 *     EUNAVAILABLE}, because the store would miss them
 */
public record MirrorOptions(
    int maxBatch, Duration flushInterval, Duration retryDelay, int maxBuffered) {
  /** Checks the bounds. */
  public MirrorOptions {
    if (maxBatch < 1 || maxBuffered < maxBatch) {
      throw new IllegalArgumentException("maxBatch: " + maxBatch + " of " + maxBuffered);
    }
    if (flushInterval.toMillis() < 1) {
      throw new IllegalArgumentException("flushInterval: " + flushInterval);
    }
    if (retryDelay.toMillis() < 1) {
      throw new IllegalArgumentException("retryDelay: " + retryDelay);
    }
  }

  /** 100 messages, 500 ms, 1 s, 10,000 messages. */
  public static MirrorOptions defaults() {
    return new MirrorOptions(100, Duration.ofMillis(500), Duration.ofSeconds(1), 10_000);
  }
}
