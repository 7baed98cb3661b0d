// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.server.channel.ChannelStore;
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
 * The way of publications to a store: one batch after the other, the same one again when the store
 * has failed. Thread-safe, never blocks.
 */
final class Mirror {
  private static final Logger log = LoggerFactory.getLogger(Mirror.class);

  private final ChannelStore store;
  private final MirrorOptions options;
  private final Scheduler scheduler;
  private final HandlerThreads threads;

  // Guarded by this.
  private final ArrayDeque<StoredMessage> waiting = new ArrayDeque<>();
  private final List<CompletableFuture<@Nullable Void>> flushes = new ArrayList<>();
  private int reserved;
  private boolean appending;
  private boolean failing;
  private Scheduler.@Nullable Timer timer;

  Mirror(ChannelStore store, MirrorOptions options, Scheduler scheduler, HandlerThreads threads) {
    this.store = store;
    this.options = options;
    this.scheduler = scheduler;
    this.threads = threads;
  }

  /** Takes a place for a message that is about to be published; false when there is none. */
  synchronized boolean tryReserve() {
    if (reserved + waiting.size() >= options.maxBuffered()) {
      return false;
    }
    reserved++;
    return true;
  }

  /** Gives back a place. */
  synchronized void cancel() {
    reserved--;
  }

  /** A message was published, for which there is a place. */
  void add(StoredMessage message) {
    synchronized (this) {
      reserved--;
      waiting.add(message);
      if (waiting.size() < options.maxBatch()) {
        if (timer == null && !appending) {
          timer = scheduler.schedule(this::append, options.flushInterval());
        }
        return;
      }
    }
    append();
  }

  /** Completes when everything added until now is in the store, or the store has failed. */
  CompletableFuture<@Nullable Void> flush() {
    CompletableFuture<@Nullable Void> flushed = new CompletableFuture<>();
    synchronized (this) {
      if (waiting.isEmpty()) {
        return CompletableFuture.completedFuture(null);
      }
      flushes.add(flushed);
    }
    append();
    return flushed;
  }

  /** Messages that wait. */
  synchronized int waiting() {
    return waiting.size();
  }

  /** Asks the store, when it has what was published before. */
  CompletableFuture<List<StoredMessage>> read(Wanted wanted) {
    ChannelStore.Since since = Objects.requireNonNull(wanted.since());
    return flush()
        .thenCompose(done -> call(() -> store.read(wanted.channel(), since, wanted.limit())));
  }

  private void append() {
    List<StoredMessage> batch;
    synchronized (this) {
      if (appending || waiting.isEmpty()) {
        return;
      }
      appending = true;
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
      batch = waiting.stream().limit(options.maxBatch()).toList();
    }
    CompletableFuture<?> unused =
        call(() -> {
              store.append(batch);
              return true;
            })
            .whenComplete((done, failure) -> onAppended(batch.size(), failure));
  }

  private void onAppended(int count, @Nullable Throwable failure) {
    List<CompletableFuture<@Nullable Void>> over = List.of();
    boolean more;
    synchronized (this) {
      appending = false;
      if (failure == null) {
        for (int i = 0; i < count; i++) {
          waiting.remove();
        }
      }
      if (waiting.isEmpty() || failure != null) {
        over = List.copyOf(flushes);
        flushes.clear();
      }
      more = failure == null && (waiting.size() >= options.maxBatch() || !flushes.isEmpty());
      if (!more && !waiting.isEmpty()) {
        timer =
            scheduler.schedule(
                this::append, failure == null ? options.flushInterval() : options.retryDelay());
      }
      if (failure != null && !failing) {
        log.warn("a store of channels failed; trying again", failure);
      }
      failing = failure != null;
    }
    over.forEach(flush -> flush.complete(null));
    if (more) {
      append();
    }
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
}
