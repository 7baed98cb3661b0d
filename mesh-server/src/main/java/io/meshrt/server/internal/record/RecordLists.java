// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Catalogs;
import io.meshrt.server.internal.cluster.Catalogs.Entry;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.record.ListedRecord;
import io.meshrt.server.record.RecordPage;
import io.meshrt.server.record.RecordVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds records by the beginning of their ids. What it finds without a value it takes out of the
 * catalog, if it was entered longer ago than creating it may take. Thread-safe, never blocks;
 * futures complete on threads of the cluster.
 */
public final class RecordLists {
  /** Names in a page at most. */
  public static final int MAX_LIMIT = 300;

  /** Values read at once. */
  static final int CHUNK = 64;

  static final int MAX_PAGE_BYTES = 4 << 20;
  static final Duration OLD = Duration.ofMinutes(1);
  private static final Duration SWEEPING = Duration.ofMinutes(1);
  private static final int MAX_ROUNDS = 10;

  private final Cluster cluster;
  private final Scheduler scheduler;
  private final Function<String, String> group;
  private final Function<String, Duration> timeToLive;
  private final AtomicBoolean sweeping = new AtomicBoolean();

  /** A record that is there. */
  public record Found(String id, Stored stored) {}

  /**
   * Some records in the order of their ids.
   *
   * @param next the id behind which the next page begins; empty if this was the last
   */
  public record Page(List<Found> records, Optional<String> next) {
    /** Copies the list. */
    public Page {
      records = List.copyOf(records);
    }
  }

  /**
   * Lists nothing yet.
   *
   * @param group of each record
   * @param timeToLive of each record; zero for ever
   */
  RecordLists(
      Cluster cluster,
      Scheduler scheduler,
      Function<String, String> group,
      Function<String, Duration> timeToLive) {
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.group = group;
    this.timeToLive = timeToLive;
  }

  /** Where ids of changed records are told, one in each line. */
  public Topic changes() {
    return Listing.CHANGES;
  }

  /** How long a record lives behind a write; zero for ever. */
  public Duration timeToLive(String id) {
    return timeToLive.apply(id);
  }

  /** What some records hold; every id asked for is in the answer. */
  public CompletableFuture<Map<String, Stored>> read(Collection<String> ids) {
    Map<Topic, List<String>> wanted = new HashMap<>();
    for (String id : ids) {
      Topic topic = RecordWriter.topic(group.apply(id));
      wanted.computeIfAbsent(topic, key -> new ArrayList<>()).add(id);
    }
    return cluster
        .store()
        .readAcross(wanted)
        .thenApply(
            found -> {
              Map<String, Stored> all = new HashMap<>();
              found.values().forEach(all::putAll);
              ids.forEach(id -> all.putIfAbsent(id, Stored.ABSENT));
              return all;
            });
  }

  /**
   * A page of the records whose ids begin with {@code prefix}; may be shorter than the limit though
   * there are more.
   *
   * @param after the id behind which it begins; empty for the first page
   */
  public CompletableFuture<Page> page(String prefix, String after, int limit) {
    return fill(new ArrayList<>(), prefix, after, Math.min(limit, MAX_LIMIT), MAX_ROUNDS);
  }

  private CompletableFuture<Page> fill(
      List<Found> records, String prefix, String after, int limit, int rounds) {
    return cluster
        .catalogs()
        .page(Listing.CATALOG, prefix, after, limit - records.size())
        .thenCompose(names -> take(names, 0, records))
        .thenCompose(
            next -> {
              boolean over = next.isEmpty() || records.size() >= limit || rounds == 1;
              return over || bytes(records) >= MAX_PAGE_BYTES
                  ? CompletableFuture.completedFuture(new Page(records, next))
                  : fill(records, prefix, next.get(), limit, rounds - 1);
            });
  }

  /** Takes what is there of a page of names from an index on; tells where to go on. */
  private CompletableFuture<Optional<String>> take(
      Catalogs.Page names, int from, List<Found> records) {
    int end = Math.min(names.entries().size(), from + CHUNK);
    List<Entry> chunk = names.entries().subList(from, end);
    if (chunk.isEmpty()) {
      return CompletableFuture.completedFuture(names.next());
    }
    return read(ids(chunk))
        .thenCompose(
            values -> {
              chunk.forEach(entry -> take(entry, values, records));
              forgetGone(chunk, values);
              boolean full = bytes(records) >= MAX_PAGE_BYTES && end < names.entries().size();
              return full
                  ? CompletableFuture.completedFuture(Optional.of(chunk.get(end - from - 1).name()))
                  : take(names, end, records);
            });
  }

  private static void take(Entry entry, Map<String, Stored> values, List<Found> records) {
    Stored stored = values.getOrDefault(entry.name(), Stored.ABSENT);
    if (stored.value() != null) {
      records.add(new Found(entry.name(), stored));
    }
  }

  private static long bytes(List<Found> records) {
    long bytes = 0;
    for (Found found : records) {
      byte[] value = found.stored().value();
      bytes += value == null ? 0 : value.length;
    }
    return bytes;
  }

  /** The page for an application. */
  static <T> RecordPage<T> decoded(Page page, Function<RawJson, @Nullable T> decode) {
    List<ListedRecord<T>> records = new ArrayList<>();
    for (Found found : page.records()) {
      byte[] value = found.stored().value();
      Version version = found.stored().version();
      if (value != null) {
        records.add(
            new ListedRecord<>(
                found.id(),
                decode.apply(RawJson.ofValid(value)),
                new RecordVersion(version.number(), version.stamp())));
      }
    }
    return new RecordPage<>(records, page.next());
  }

  private static List<String> ids(List<Entry> entries) {
    return entries.stream().map(Entry::name).toList();
  }

  private void forgetGone(List<Entry> entries, Map<String, Stored> values) {
    Map<String, String> gone = new HashMap<>();
    for (Entry entry : entries) {
      Stored stored = values.getOrDefault(entry.name(), Stored.ABSENT);
      if (stored.value() == null && entry.ageMillis() > OLD.toMillis()) {
        gone.put(entry.name(), entry.token());
      }
    }
    if (!gone.isEmpty()) {
      CompletableFuture<?> unused = cluster.catalogs().remove(Listing.CATALOG, gone);
    }
  }

  /** From now on looks for records whose time to live has run out, a page each minute. */
  void startSweeping() {
    if (sweeping.compareAndSet(false, true)) {
      sweepLater("");
    }
  }

  private void sweepLater(String after) {
    scheduler.schedule(
        () -> {
          CompletableFuture<?> unused =
              sweep(after).whenComplete((next, failure) -> sweepLater(next == null ? after : next));
        },
        SWEEPING);
  }

  private CompletableFuture<String> sweep(String after) {
    return cluster
        .catalogs()
        .page(Listing.CATALOG, "", after, MAX_LIMIT)
        .thenCompose(
            page -> {
              List<Entry> mortal =
                  page.entries().stream()
                      .filter(entry -> !timeToLive.apply(entry.name()).isZero())
                      .filter(entry -> entry.ageMillis() > OLD.toMillis())
                      .toList();
              return sweep(mortal).thenApply(done -> page.next().orElse(""));
            });
  }

  private CompletableFuture<Boolean> sweep(List<Entry> mortal) {
    if (mortal.isEmpty()) {
      return CompletableFuture.completedFuture(true);
    }
    List<Entry> chunk = mortal.subList(0, Math.min(CHUNK, mortal.size()));
    return read(ids(chunk))
        .thenCompose(
            values -> {
              forgetGone(chunk, values);
              return sweep(mortal.subList(chunk.size(), mortal.size()));
            });
  }
}
