// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.archive;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Health;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.MirrorMeter.Kind;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.persistence.Feed;
import io.meshrt.server.internal.persistence.Mirrors;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.persistence.MirrorOptions;
import io.meshrt.server.record.RecordStore;
import io.meshrt.server.record.RestoreResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which records are kept in which store of the application. Thread-safe, never blocks. */
public final class Archive {
  static final Duration RETRY = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(Archive.class);

  private final Cluster cluster;
  private final LiveRecords live;
  private final Tools tools;
  private final Feed.Tools feeds;
  private final Mirrors<RecordMirror> mirrors;
  private volatile boolean closed;

  /** What an archive is made of. */
  public record Tools(
      Guards guards, Scheduler scheduler, HandlerThreads threads, ServerMetrics metrics) {}

  /** Nothing is kept. */
  public Archive(Cluster cluster, LiveRecords live, Tools tools) {
    this.cluster = cluster;
    this.live = live;
    this.tools = tools;
    this.feeds = Feed.Tools.of(Kind.RECORDS, tools.scheduler(), tools.threads(), tools.metrics());
    this.mirrors = new Mirrors<>(Kind.RECORDS.tag(), tools.guards());
  }

  /**
   * Restores everything; blocks until that is done, and throws if it fails. If the cluster cannot
   * be used yet it is done when it can.
   */
  public void start() {
    if (mirrors.isEmpty()) {
      return;
    }
    if (cluster.health() == Health.UP) {
      try {
        log.info("restored records: {}", restore(id -> true).join());
      } catch (CompletionException e) {
        throw new IllegalStateException("records could not be restored", e.getCause());
      }
    } else {
      restoreLater();
    }
  }

  private void restoreLater() {
    if (closed) {
      return;
    }
    tools
        .scheduler()
        .schedule(
            () -> {
              CompletableFuture<?> unused =
                  restore(id -> true)
                      .whenComplete(
                          (result, failure) -> {
                            if (failure == null) {
                              log.info("restored records: {}", result);
                            } else {
                              log.debug("records could not be restored yet", failure);
                              restoreLater();
                            }
                          });
            },
            RETRY);
  }

  /** Keeps a record from now on; the result takes it back. */
  public Runnable mirror(String id, RecordStore store, MirrorOptions options) {
    return mirrors.add(id, new RecordMirror(store, options, live, feeds));
  }

  /** Keeps all records whose ids match. */
  public Runnable mirror(Pattern ids, RecordStore store, MirrorOptions options) {
    return mirrors.add(ids, new RecordMirror(store, options, live, feeds));
  }

  /** Room for a write; fails with {@code EUNAVAILABLE} when a store does not keep up. */
  public Places take(List<String> ids) {
    if (mirrors.isEmpty()) {
      return Places.NONE;
    }
    List<Places.Place> places = new ArrayList<>(ids.size());
    for (String id : ids) {
      RecordMirror mirror = mirrors.of(id).orElse(null);
      if (mirror != null && mirror.take(id)) {
        places.add(new Places.Place(mirror, id));
      } else if (mirror != null) {
        new Places(places).onFailed();
        tools.metrics().limitHit(Limit.RECORD_MIRROR);
        throw CommandException.unavailable("The store of this record does not keep up.");
      }
    }
    return places.isEmpty() ? Places.NONE : new Places(places);
  }

  /**
   * Brings what the stores have into the cluster, where the cluster has nothing as new; what it has
   * newer is handed to the stores.
   *
   * @param wanted ids of records
   */
  public CompletableFuture<RestoreResult> restore(Predicate<String> wanted) {
    Set<RecordStore> stores = Collections.newSetFromMap(new IdentityHashMap<>());
    CompletableFuture<RestoreResult> result =
        CompletableFuture.completedFuture(new RestoreResult(0, 0, 0));
    for (RecordMirror mirror : mirrors.all()) {
      if (stores.add(mirror.store())) {
        result = result.thenCompose(before -> restore(mirror.store(), wanted, before));
      }
    }
    return result;
  }

  private CompletableFuture<RestoreResult> restore(
      RecordStore store, Predicate<String> wanted, RestoreResult before) {
    return new Restoration(
            store,
            id -> wanted.test(id) && mirrorOf(id, store).isPresent(),
            live,
            id ->
                mirrorOf(id, store)
                    .filter(mirror -> mirror.take(id))
                    .ifPresent(mirror -> mirror.onUnknown(id)),
            tools.threads())
        .run()
        .thenApply(
            done ->
                new RestoreResult(
                    before.restored() + done.restored(),
                    before.current() + done.current(),
                    before.refused() + done.refused()));
  }

  private Optional<RecordMirror> mirrorOf(String id, RecordStore store) {
    return mirrors.of(id).filter(mirror -> mirror.store() == store);
  }

  /** Hands stores what they do not have yet, as far as possible in the time given; blocks. */
  public void close(Duration timeout) {
    closed = true;
    mirrors.close(timeout);
  }
}
