// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.membership.Kept.By;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.room.PersistentRoomOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered under keys, in the cluster's store. A change is published on the key's topic
 * in the same step. Thread-safe, never blocks.
 */
final class KeptRooms {
  private static final String ENTRY = "rooms";
  private static final byte[] CHANGED = {'+'};
  private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);

  /** Each further one means that somebody else got on. */
  private static final int MAX_TRIES = 64;

  private final Cluster cluster;
  private final PersistentRoomOptions options;
  private final Scheduler scheduler;
  private final ServerMetrics metrics;

  KeptRooms(
      Cluster cluster, PersistentRoomOptions options, Scheduler scheduler, ServerMetrics metrics) {
    this.cluster = cluster;
    this.options = options;
    this.scheduler = scheduler;
    this.metrics = metrics;
  }

  /** How long the time to live is not begun anew; empty when nothing expires. */
  Optional<Duration> interval() {
    Duration time = options.expireAfter();
    if (time.isZero()) {
      return Optional.empty();
    }
    Duration half = time.dividedBy(2);
    return Optional.of(half.compareTo(LONGEST_INTERVAL) < 0 ? half : LONGEST_INTERVAL);
  }

  /** What is there; empty when the key is not known. One request. */
  CompletableFuture<Optional<Kept>> read(Key key) {
    return cluster
        .store()
        .read(key.topic(), List.of(ENTRY))
        .thenApply(found -> Optional.ofNullable(kept(found.getOrDefault(ENTRY, Stored.ABSENT))));
  }

  /** Adds a room; tells whether it was not there. Fails with {@code ELIMIT} beyond the limit. */
  CompletableFuture<Boolean> add(Key key, String room, By by) {
    return change(
        key,
        kept -> {
          By before = kept.rooms().get(room);
          if (before == by || before == By.SERVER) {
            return kept;
          }
          if (before == null && kept.rooms().size() >= options.maxRooms()) {
            metrics.limitHit(Limit.PERSISTENT_ROOMS);
            throw new CommandException(
                ErrorCode.LIMIT, "At most " + options.maxRooms() + " rooms are remembered.");
          }
          return kept.changed(rooms -> rooms.put(room, by));
        });
  }

  /** Removes a room; tells whether it was there. */
  CompletableFuture<Boolean> remove(Key key, String room) {
    return change(
        key,
        kept -> kept.rooms().containsKey(room) ? kept.changed(rooms -> rooms.remove(room)) : kept);
  }

  /** Begins the time to live anew, if that was not done lately. */
  CompletableFuture<?> renew(Key key, Kept kept) {
    return isDue(kept) ? write(key, now -> now, true, MAX_TRIES, null) : done();
  }

  private boolean isDue(Kept kept) {
    Duration interval = interval().orElse(null);
    long age = scheduler.currentTimeMillis() - kept.renewedMillis();
    return interval != null && (age >= interval.toMillis() || age < 0);
  }

  /** Returns the same for no change; what it throws fails the future. */
  private CompletableFuture<Boolean> change(Key key, UnaryOperator<Kept> change) {
    return write(key, change, false, MAX_TRIES, null);
  }

  private CompletableFuture<Boolean> write(
      Key key, UnaryOperator<Kept> change, boolean renewing, int tries, @Nullable Stored known) {
    CompletableFuture<Stored> base =
        known == null
            ? cluster
                .store()
                .read(key.topic(), List.of(ENTRY))
                .thenApply(found -> found.getOrDefault(ENTRY, Stored.ABSENT))
            : CompletableFuture.completedFuture(known);
    return base.thenCompose(stored -> attempt(key, change, renewing, tries, stored));
  }

  private CompletableFuture<Boolean> attempt(
      Key key, UnaryOperator<Kept> change, boolean renewing, int tries, Stored stored) {
    Kept there = kept(stored);
    Kept before = there == null ? Kept.NOTHING : there;
    Kept after = change.apply(before);
    boolean same = after.rooms().equals(before.rooms());
    if (same && (!renewing || there == null)) {
      return CompletableFuture.completedFuture(false);
    }
    if (tries == 0) {
      return CompletableFuture.failedFuture(
          CommandException.unavailable("Too many change these memberships at the same time."));
    }
    Optional<Outgoing> publication =
        same ? Optional.empty() : Optional.of(Outgoing.of(CHANGED, Retention.NONE));
    return cluster
        .store()
        .commit(key.topic(), List.of(write(key, stored, after)), publication)
        .thenCompose(
            commit ->
                commit.committed()
                    ? CompletableFuture.completedFuture(true)
                    : write(
                        key,
                        change,
                        renewing,
                        tries - 1,
                        commit.entries().getOrDefault(ENTRY, Stored.ABSENT)));
  }

  private Store.Write write(Key key, Stored stored, Kept after) {
    if (after.rooms().isEmpty() && !key.staysWhenEmpty()) {
      return Store.Write.remove(ENTRY, stored.version(), Duration.ZERO);
    }
    byte[] value = after.renewed(scheduler.currentTimeMillis()).encode();
    Duration life = interval().map(more -> options.expireAfter().plus(more)).orElse(Duration.ZERO);
    return Store.Write.put(ENTRY, stored.version(), value, life);
  }

  private static @Nullable Kept kept(Stored stored) {
    return Kept.decode(stored.value());
  }

  private static CompletableFuture<?> done() {
    return CompletableFuture.completedFuture(null);
  }
}
