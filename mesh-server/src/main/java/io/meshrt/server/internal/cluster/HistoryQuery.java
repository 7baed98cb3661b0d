// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

/**
 * Which part of a topic's history to read.
 *
 * @param after where the reader stands; {@link Position#NONE} reads the newest
 * @param limit most publications wanted, at least 1
 * @param maxBytes bytes of payload after which no further publication is added; one always fits
 */
public record HistoryQuery(Position after, int limit, int maxBytes) {
  private static final int DEFAULT_MAX_BYTES = 256 * 1024;

  /** Checks the bounds. */
  public HistoryQuery {
    if (limit < 1 || maxBytes < 1) {
      throw new IllegalArgumentException("limit: " + limit + ", maxBytes: " + maxBytes);
    }
  }

  /** The newest {@code limit}. */
  public static HistoryQuery newest(int limit) {
    return new HistoryQuery(Position.NONE, limit, DEFAULT_MAX_BYTES);
  }

  /** The first {@code limit} after a position. */
  public static HistoryQuery after(Position position, int limit) {
    return new HistoryQuery(position, limit, DEFAULT_MAX_BYTES);
  }
}
