// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.channel;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription begins with. Immutable. Servers of older generations know {@link
 * #history(int)} alone; the others take effect from {@code mesh.v1} on.
 */
public final class SubscribeOptions {
  private static final SubscribeOptions DEFAULTS =
      new SubscribeOptions(0, ChannelPosition.NONE, null, null, false);

  private final int historyLimit;
  private final ChannelPosition from;
  private final @Nullable Instant sinceTime;
  private final @Nullable String sinceMessage;
  private final boolean historyToListener;

  private SubscribeOptions(
      int historyLimit,
      ChannelPosition from,
      @Nullable Instant sinceTime,
      @Nullable String sinceMessage,
      boolean historyToListener) {
    this.historyLimit = historyLimit;
    this.from = from;
    this.sinceTime = sinceTime;
    this.sinceMessage = sinceMessage;
    this.historyToListener = historyToListener;
  }

  /** With what is published from now on. */
  public static SubscribeOptions defaults() {
    return DEFAULTS;
  }

  /**
   * With the newest messages that are kept, as {@link ChannelSubscription#history()}.
   *
   * @param limit most of them; a server gives 300 or fewer
   */
  public static SubscribeOptions history(int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("limit: " + limit);
    }
    return new SubscribeOptions(limit, ChannelPosition.NONE, null, null, false);
  }

  /** The same, and the listener is given the history too, oldest first, before what comes. */
  public SubscribeOptions withHistoryToListener() {
    return new SubscribeOptions(historyLimit, from, sinceTime, sinceMessage, true);
  }

  /** With what follows a position: the listener is given it, or told of a gap. */
  public static SubscribeOptions from(ChannelPosition position) {
    if (!position.isNumbered()) {
      throw new IllegalArgumentException("position: not numbered");
    }
    return new SubscribeOptions(0, position, null, null, false);
  }

  /** With what was stored after a time, for the listener; for channels that are mirrored. */
  public static SubscribeOptions since(Instant time) {
    return new SubscribeOptions(0, ChannelPosition.NONE, Objects.requireNonNull(time), null, false);
  }

  /** With what was stored after the message with an id, for the listener; as {@link #since}. */
  public static SubscribeOptions sinceMessage(String id) {
    return new SubscribeOptions(0, ChannelPosition.NONE, null, Objects.requireNonNull(id), false);
  }

  /** How much history is wanted; 0 for none. */
  public int historyLimit() {
    return historyLimit;
  }

  /** Whether the listener is given the history. */
  public boolean historyToListener() {
    return historyToListener;
  }

  /** Where to begin; {@link ChannelPosition#NONE} for now. */
  public ChannelPosition from() {
    return from;
  }

  /** The time to begin behind. */
  public Optional<Instant> sinceTime() {
    return Optional.ofNullable(sinceTime);
  }

  /** Id of the stored message to begin behind. */
  public Optional<String> sinceMessage() {
    return Optional.ofNullable(sinceMessage);
  }

  /** Whether the listener is to be given something of the past. */
  public boolean followsPast() {
    return from.isNumbered() || sinceTime != null || sinceMessage != null;
  }
}
