// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.channel;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a channel's history to read. Immutable.
 *
 * <p>A page holds at most {@value #MAX_MESSAGES} messages and 256 KiB, but always one.
 */
public final class HistoryRequest {
  /** Most messages of one page. */
  public static final int MAX_MESSAGES = 300;

  private final int limit;
  private final ChannelPosition after;
  private final ChannelStore.@Nullable Since since;

  private HistoryRequest(int limit, ChannelPosition after, ChannelStore.@Nullable Since since) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit: " + limit);
    }
    this.limit = limit;
    this.after = after;
    this.since = since;
  }

  /** The newest messages, newest first. */
  public static HistoryRequest newest(int limit) {
    return new HistoryRequest(limit, ChannelPosition.NONE, null);
  }

  /** The first messages behind a position, oldest first. */
  public static HistoryRequest after(ChannelPosition position, int limit) {
    if (!position.isNumbered()) {
      throw new IllegalArgumentException("position: not numbered");
    }
    return new HistoryRequest(limit, position, null);
  }

  /** The first messages later than a time, oldest first; for channels that are mirrored. */
  public static HistoryRequest since(Instant time, int limit) {
    return new HistoryRequest(
        limit, ChannelPosition.NONE, new ChannelStore.SinceTime(time.toEpochMilli()));
  }

  /**
   * The first messages later than the stored message with an id; for channels that are mirrored.
   */
  public static HistoryRequest sinceMessage(String id, int limit) {
    return new HistoryRequest(limit, ChannelPosition.NONE, new ChannelStore.SinceMessage(id));
  }

  /** Most messages wanted, of which a page may hold fewer. */
  public int limit() {
    return limit;
  }

  /** Where to begin; {@link ChannelPosition#NONE} for the newest. */
  public ChannelPosition after() {
    return after;
  }

  /** What the store is asked for, when it is. */
  public Optional<ChannelStore.Since> since() {
    return Optional.ofNullable(since);
  }
}
