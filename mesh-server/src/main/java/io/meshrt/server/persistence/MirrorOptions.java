// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.persistence;

import java.time.Duration;

/**
 * How messages of channels, or records, are handed to a store. Immutable.
 *
 * @param maxBatch most of them given to the store at a time
 * @param flushInterval longest time one waits while the store answers
 * @param retryDelay pause after the store has failed
 * @param maxBuffered how many may wait; beyond it publications, or writes of further records, are
 *     refused with {@code EUNAVAILABLE}, because the store would miss them
 * @param maxBufferedBytes bytes of JSON that may wait; beyond it the same
 */
public record MirrorOptions(
    int maxBatch,
    Duration flushInterval,
    Duration retryDelay,
    int maxBuffered,
    long maxBufferedBytes) {
  /** Checks the bounds. */
  public MirrorOptions {
    if (maxBatch < 1 || maxBuffered < maxBatch) {
      throw new IllegalArgumentException("maxBatch: " + maxBatch + " of " + maxBuffered);
    }
    if (maxBufferedBytes < 1) {
      throw new IllegalArgumentException("maxBufferedBytes: " + maxBufferedBytes);
    }
    if (flushInterval.toMillis() < 1) {
      throw new IllegalArgumentException("flushInterval: " + flushInterval);
    }
    if (retryDelay.toMillis() < 1) {
      throw new IllegalArgumentException("retryDelay: " + retryDelay);
    }
  }

  /** 100 at a time, 500 ms, 1 s, 10,000 or 64 MiB waiting. */
  public static MirrorOptions defaults() {
    return new MirrorOptions(100, Duration.ofMillis(500), Duration.ofSeconds(1), 10_000, 64 << 20);
  }

  /** The same with other batches. */
  public MirrorOptions withBatches(int maxBatch, Duration flushInterval) {
    return new MirrorOptions(maxBatch, flushInterval, retryDelay, maxBuffered, maxBufferedBytes);
  }

  /** The same with another pause after the store has failed. */
  public MirrorOptions withRetryDelay(Duration retryDelay) {
    return new MirrorOptions(maxBatch, flushInterval, retryDelay, maxBuffered, maxBufferedBytes);
  }

  /** The same with another bound. */
  public MirrorOptions withMaxBuffered(int maxBuffered, long maxBufferedBytes) {
    return new MirrorOptions(maxBatch, flushInterval, retryDelay, maxBuffered, maxBufferedBytes);
  }
}
