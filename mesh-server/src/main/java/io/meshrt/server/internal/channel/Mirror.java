// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.ChannelStore;
import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.channel.StoredMessage;
import io.meshrt.server.internal.channel.ChannelRequests.Wanted;
import io.meshrt.server.internal.persistence.Feed;
import io.meshrt.server.internal.persistence.Mirrors;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.persistence.MirrorOptions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The way of publications to a store, in the order in which they were begun. Thread-safe, never
 * blocks.
 */
final class Mirror implements Mirrors.Mirror {
  private final ChannelStore store;
  private final Scheduler scheduler;
  private final Tickets tickets;
  private final Feed<Tickets.Ticket> feed;

  Mirror(ChannelStore store, MirrorOptions options, Feed.Tools tools) {
    this.store = store;
    this.scheduler = tools.scheduler();
    this.tickets = new Tickets(options, tools.meter());
    this.feed =
        new Feed<>(
            tickets,
            batch -> store.append(batch.stream().map(Tickets.Ticket::message).toList()),
            options,
            tools);
  }

  /** A place for a message that is about to be published; null when there is none. */
  Tickets.@Nullable Ticket take(String channel, RawJson message) {
    return tickets.take(channel, message);
  }

  void onPublished(Tickets.Ticket ticket, ChannelPosition position) {
    settle(ticket, position);
  }

  void onFailed(Tickets.Ticket ticket) {
    settle(ticket, null);
  }

  private void settle(Tickets.Ticket ticket, @Nullable ChannelPosition position) {
    tickets.settle(ticket, position, scheduler.currentTimeMillis());
    feed.onChange();
  }

  @Override
  public CompletableFuture<@Nullable Void> flush() {
    return feed.flush();
  }

  @Override
  public int waiting() {
    return tickets.waiting();
  }

  /** Asks the store, when it has what was published before. */
  CompletableFuture<List<StoredMessage>> read(Wanted wanted) {
    ChannelStore.Since since = Objects.requireNonNull(wanted.since());
    int limit = Math.min(wanted.limit(), HistoryRequest.MAX_MESSAGES);
    return flush().thenCompose(done -> feed.call(() -> store.read(wanted.channel(), since, limit)));
  }
}
