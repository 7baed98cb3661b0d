// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.channel.HistoryWindow;
import io.meshrt.server.internal.channel.ChannelRequests.Wanted;
import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.metrics.ChannelMeter;
import io.meshrt.server.internal.persistence.Mirrors;
import io.meshrt.server.internal.schedule.Scheduler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Reads history: from the cluster, shared by those who ask for the same at the same time, or from
 * the store that a channel is mirrored to. Thread-safe, never blocks.
 */
final class Histories {
  private final Topics topics;
  private final Mirrors<Mirror> mirrors;
  private final Executor executor;
  private final ChannelMeter meter;
  private final HistoryWindow legacyWindow;
  private final int maxPageBytes;
  private final SharedReads<Key, HistoryPage> reads;

  /**
   * Nothing was read.
   *
   * @param executor pages are prepared there
   */
  Histories(
      Topics topics,
      Mirrors<Mirror> mirrors,
      Scheduler scheduler,
      Executor executor,
      ChannelMeter meter,
      ChannelFeature.Settings settings) {
    this.topics = topics;
    this.mirrors = mirrors;
    this.executor = executor;
    this.meter = meter;
    this.legacyWindow = settings.legacyWindow();
    this.maxPageBytes = settings.maxPageBytes();
    this.reads = new SharedReads<>(this::read, scheduler);
  }

  /** What a client wants, as it was at some time after this was called. */
  CompletableFuture<HistoryPage> read(Wanted wanted, Generation generation) {
    Mirror mirror = wanted.since() == null ? null : mirrors.of(wanted.channel()).orElse(null);
    if (mirror != null && wanted.limit() > 0) {
      return readSince(mirror, wanted);
    }
    boolean oldest = generation.isPrefixedLegacy() && legacyWindow == HistoryWindow.OLDEST;
    return reads.read(new Key(wanted.channel(), wanted.after(), wanted.limit(), oldest));
  }

  /** From the store, and what it has not got yet from the cluster. */
  private CompletableFuture<HistoryPage> readSince(Mirror mirror, Wanted wanted) {
    Key newest = new Key(wanted.channel(), Position.NONE, HistoryRequest.MAX_MESSAGES, false);
    return mirror
        .read(wanted)
        .thenCompose(
            stored ->
                reads
                    .read(newest)
                    .thenApplyAsync(page -> StoredPage.join(wanted, stored, page), executor));
  }

  private CompletableFuture<HistoryPage> read(Key key) {
    boolean afterPosition = key.after.isNumbered();
    CompletableFuture<History> read = read(key, key.after);
    if (key.oldest && key.limit > 0) {
      read = read.thenCompose(newest -> oldest(key, newest));
    }
    return read.thenApplyAsync(
        history -> HistoryPage.of(history, key.limit, afterPosition), executor);
  }

  private CompletableFuture<History> oldest(Key key, History newest) {
    if (!newest.more()) {
      return CompletableFuture.completedFuture(newest);
    }
    Position beginning = new Position(newest.head().epoch(), 0);
    return read(key, beginning);
  }

  private CompletableFuture<History> read(Key key, Position after) {
    meter.historyRead();
    int limit = Math.max(1, Math.min(key.limit, HistoryRequest.MAX_MESSAGES));
    return topics.read(
        Naming.CHANNELS.topic(key.channel), new HistoryQuery(after, limit, maxPageBytes));
  }

  private record Key(String channel, Position after, int limit, boolean oldest) {}
}
