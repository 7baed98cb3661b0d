// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.ChannelStore;
import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.channel.MirrorOptions;
import io.meshrt.server.channel.StoredMessage;
import io.meshrt.server.internal.channel.ChannelRequests.Wanted;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.schedule.Scheduler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of publications to a store, in the order in which they were begun: one batch after the
 * other, the same one again when the store has failed. Thread-safe, never blocks.
 */
final class Mirror {
  private static final Logger log = LoggerFactory.getLogger(Mirror.class);

  private final ChannelStore store;
  private final MirrorOptions options;
  private final Scheduler scheduler;
  private final HandlerThreads threads;

  // Guarded by this. First the tickets without an outcome and those behind them, then the messages
  // the store has to get.
  private final ArrayDeque<Ticket> open = new ArrayDeque<>();
  private final ArrayDeque<Ticket> ready = new ArrayDeque<>();
  private final List<Flush> flushes = new ArrayList<>();
  private long taken;
  private long lastMillis;
  private boolean appending;
  private boolean failing;
  private Scheduler.@Nullable Timer timer;

  Mirror(ChannelStore store, MirrorOptions options, Scheduler scheduler, HandlerThreads threads) {
    this.store = store;
    this.options = options;
    this.scheduler = scheduler;
    this.threads = threads;
  }

  /** A place for a message that is about to be published; null when there is none. */
  synchronized @Nullable Ticket take(String channel, RawJson message) {
    if (waiting() >= options.maxBuffered()) {
      return null;
    }
    Ticket ticket = new Ticket(++taken, channel, message);
    open.add(ticket);
    return ticket;
  }

  /** Completes when everything begun until now is in the store, or the store has failed. */
  CompletableFuture<@Nullable Void> flush() {
    Flush flush = new Flush(taken(), new CompletableFuture<>());
    synchronized (this) {
      if (waiting() == 0) {
        return CompletableFuture.completedFuture(null);
      }
      flushes.add(flush);
    }
    append();
    return flush.done;
  }

  private synchronized long taken() {
    return taken;
  }

  /** Messages on their way. */
  synchronized int waiting() {
    return open.size() + ready.size();
  }

  /** Asks the store, when it has what was published before. */
  CompletableFuture<List<StoredMessage>> read(Wanted wanted) {
    ChannelStore.Since since = Objects.requireNonNull(wanted.since());
    int limit = Math.min(wanted.limit(), HistoryRequest.MAX_MESSAGES);
    return flush().thenCompose(done -> call(() -> store.read(wanted.channel(), since, limit)));
  }

  private void settle(Ticket ticket, @Nullable ChannelPosition position) {
    boolean now;
    List<Flush> over;
    synchronized (this) {
      ticket.settled = true;
      ticket.position = position;
      ticket.timeMillis = scheduler.currentTimeMillis();
      while (!open.isEmpty() && open.getFirst().settled) {
        Ticket next = open.removeFirst();
        if (next.position != null) {
          // Later than the one before, whatever the clock says.
          lastMillis = Math.max(lastMillis, next.timeMillis);
          next.timeMillis = lastMillis;
          ready.add(next);
        }
      }
      now = ready.size() >= options.maxBatch() || !flushes.isEmpty();
      if (!now && !ready.isEmpty() && timer == null && !appending) {
        timer = scheduler.schedule(this::append, options.flushInterval());
      }
      over = takeFlushed();
    }
    over.forEach(flush -> flush.done.complete(null));
    if (now) {
      append();
    }
  }

  private void append() {
    List<StoredMessage> batch;
    synchronized (this) {
      if (appending || ready.isEmpty()) {
        return;
      }
      appending = true;
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
      batch = ready.stream().limit(options.maxBatch()).map(Ticket::message).toList();
    }
    CompletableFuture<?> unused =
        call(() -> {
              store.append(batch);
              return true;
            })
            .whenComplete((done, failure) -> onAppended(batch.size(), failure));
  }

  private void onAppended(int count, @Nullable Throwable failure) {
    List<Flush> over;
    boolean more;
    synchronized (this) {
      appending = false;
      for (int i = 0; i < count && failure == null; i++) {
        ready.remove();
      }
      over = failure == null ? takeFlushed() : List.copyOf(flushes);
      flushes.removeAll(over);
      more = failure == null && (ready.size() >= options.maxBatch() || !flushes.isEmpty());
      if (!more && !ready.isEmpty()) {
        timer =
            scheduler.schedule(
                this::append, failure == null ? options.flushInterval() : options.retryDelay());
      }
      if (failure != null && !failing) {
        log.warn("a store of channels failed; trying again", failure);
      }
      failing = failure != null;
    }
    over.forEach(flush -> flush.done.complete(null));
    if (more) {
      append();
    }
  }

  private List<Flush> takeFlushed() {
    long first = Math.min(firstOf(open), firstOf(ready));
    List<Flush> over = flushes.stream().filter(flush -> flush.upTo < first).toList();
    flushes.removeAll(over);
    return over;
  }

  private static long firstOf(ArrayDeque<Ticket> tickets) {
    Ticket first = tickets.peekFirst();
    return first == null ? Long.MAX_VALUE : first.number;
  }

  private <T> CompletableFuture<T> call(Callable<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    boolean taken =
        threads.execute(
            () -> {
              try {
                answer.complete(question.call());
              } catch (Throwable e) {
                answer.completeExceptionally(e);
              }
            });
    if (!taken) {
      answer.completeExceptionally(new IllegalStateException("the server was closed"));
    }
    return answer;
  }

  /** Somebody waits until all up to this number have left. */
  private record Flush(long upTo, CompletableFuture<@Nullable Void> done) {}

  /** The place of a message. Guarded by the mirror; to be told its outcome once. */
  final class Ticket {
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

    void onPublished(ChannelPosition position) {
      settle(this, position);
    }

    void onFailed() {
      settle(this, null);
    }

    private StoredMessage message() {
      return new StoredMessage(
          channel, Objects.requireNonNull(position), timeMillis, json.toString());
    }
  }
}
