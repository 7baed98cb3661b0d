// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.channel;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which part of a channel's history to read; a page holds at most 300 messages. Immutable. */
public final class HistoryQuery {
  private final int limit;
  private final ChannelPosition after;
  private final @Nullable Instant sinceTime;

  private HistoryQuery(int limit, ChannelPosition after, @Nullable Instant sinceTime) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit: " + limit);
    }
    this.limit = limit;
    this.after = after;
    this.sinceTime = sinceTime;
  }

  /** The newest messages, newest first. */
  public static HistoryQuery newest(int limit) {
    return new HistoryQuery(limit, ChannelPosition.NONE, null);
  }

  /** The first messages behind a position, oldest first. */
  public static HistoryQuery after(ChannelPosition position, int limit) {
    if (!position.isNumbered()) {
      throw new IllegalArgumentException("position: not numbered");
    }
    return new HistoryQuery(limit, position, null);
  }

  /** The first messages stored after a time, oldest first; for channels that are mirrored. */
  public static HistoryQuery since(Instant time, int limit) {
    return new HistoryQuery(limit, ChannelPosition.NONE, Objects.requireNonNull(time));
  }

  /** Most messages wanted. */
  public int limit() {
    return limit;
  }

  /** Where to begin; {@link ChannelPosition#NONE} for the newest. */
  public ChannelPosition after() {
    return after;
  }

  /** Whether it begins somewhere, and is told oldest first. */
  public boolean ascends() {
    return after.isNumbered() || sinceTime != null;
  }

  /** The time to begin behind. */
  public Optional<Instant> sinceTime() {
    return Optional.ofNullable(sinceTime);
  }
}
