// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.StoredMessage;
import io.meshrt.server.internal.metrics.MirrorMeter;
import io.meshrt.server.internal.persistence.Feed;
import io.meshrt.server.persistence.MirrorOptions;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Messages on their way to a store, in the order in which they were begun. Thread-safe. */
final class Tickets implements Feed.Source<Tickets.Ticket> {
  private final MirrorOptions options;
  private final MirrorMeter meter;

  // Guarded by this. First the tickets without an outcome and those behind them, then the messages
  // the store has to get.
  private final ArrayDeque<Ticket> open = new ArrayDeque<>();
  private final ArrayDeque<Ticket> ready = new ArrayDeque<>();
  private long taken;
  private long bytes;
  private long lastMillis;

  Tickets(MirrorOptions options, MirrorMeter meter) {
    this.options = options;
    this.meter = meter;
  }

  /** A place for a message that is about to be published; null when there is none. */
  synchronized @Nullable Ticket take(String channel, RawJson message) {
    if (waiting() >= options.maxBuffered() || bytes >= options.maxBufferedBytes()) {
      return null;
    }
    Ticket ticket = new Ticket(++taken, channel, message);
    open.add(ticket);
    bytes += message.length();
    meter.waiting(1);
    return ticket;
  }

  /**
   * A message has its outcome.
   *
   * @param position null if it was not published
   */
  synchronized void settle(Ticket ticket, @Nullable ChannelPosition position, long nowMillis) {
    ticket.settled = true;
    ticket.position = position;
    ticket.timeMillis = nowMillis;
    while (!open.isEmpty() && open.getFirst().settled) {
      Ticket next = open.removeFirst();
      if (next.position == null) {
        leave(next);
      } else {
        // Later than the one before, whatever the clock says.
        lastMillis = Math.max(lastMillis, next.timeMillis);
        next.timeMillis = lastMillis;
        ready.add(next);
      }
    }
  }

  private void leave(Ticket ticket) {
    bytes -= ticket.json.length();
    meter.waiting(-1);
  }

  /** Messages on their way. */
  synchronized int waiting() {
    return open.size() + ready.size();
  }

  @Override
  public synchronized List<Ticket> next(int max) {
    return ready.stream().limit(max).toList();
  }

  @Override
  public synchronized void onHanded(List<Ticket> batch) {
    for (int i = 0; i < batch.size(); i++) {
      leave(ready.remove());
    }
  }

  @Override
  public synchronized int ready() {
    return ready.size();
  }

  @Override
  public synchronized long begun() {
    return taken;
  }

  @Override
  public synchronized long oldest() {
    return Math.min(firstOf(open), firstOf(ready));
  }

  private static long firstOf(ArrayDeque<Ticket> tickets) {
    Ticket first = tickets.peekFirst();
    return first == null ? Long.MAX_VALUE : first.number;
  }

  /** The place of a message. Guarded by the tickets. */
  static final class Ticket {
    private final long number;
    private final String channel;
    private final RawJson json;
    private boolean settled;
    private @Nullable ChannelPosition position;
    private long timeMillis;

    private Ticket(long number, String channel, RawJson json) {
      this.number = number;
      this.channel = channel;
      this.json = json;
    }

    /** As a store gets it, once the ticket is ready. */
    StoredMessage message() {
      return new StoredMessage(
          channel, Objects.requireNonNull(position), timeMillis, json.toString());
    }
  }
}
