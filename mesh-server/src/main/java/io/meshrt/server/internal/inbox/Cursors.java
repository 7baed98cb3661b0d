// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.inbox;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How far each device of an identity has come, in the store beside the inbox. Thread-safe, never
 * blocks.
 *
 * <p>Each key is a device behind a letter; another one is written with every device that is new, so
 * that two that come at once do not become one too many.
 */
final class Cursors {
  private static final String DEVICE = "d";
  private static final String COUNT = "n";

  /** Each further one means that somebody else got on. */
  private static final int MAX_TRIES = 64;

  private final Store store;
  private final InboxOptions options;
  private final ServerMetrics metrics;

  Cursors(Store store, InboxOptions options, ServerMetrics metrics) {
    this.store = store;
    this.options = options;
    this.metrics = metrics;
  }

  /** Where a device stands; empty when it is not known. */
  CompletableFuture<Optional<Cursor>> read(Topic inbox, String device) {
    String key = DEVICE + device;
    return store
        .read(inbox, List.of(key))
        .thenApply(found -> Optional.ofNullable(cursor(found.get(key))));
  }

  /**
   * Moves a device forward; one that stands there, or further, stays. Fails with {@code ELIMIT}
   * when it is new and there are too many.
   *
   * @param head of the inbox: where a device stands beyond it, it has been set back
   */
  CompletableFuture<@Nullable Void> move(Topic inbox, String device, Cursor to, Position head) {
    return move(new Move(inbox, DEVICE + device, to, head), MAX_TRIES);
  }

  private record Move(Topic inbox, String key, Cursor to, Position head) {
    boolean changes(@Nullable Cursor from) {
      if (from == null) {
        return true;
      }
      Position there = from.position();
      boolean behind = to.position().offset() < there.offset();
      boolean beyond = there.offset() > head.offset();
      return !there.sameEpoch(to.position()) || !behind || beyond;
    }
  }

  private CompletableFuture<@Nullable Void> move(Move move, int tries) {
    if (tries == 0) {
      return CompletableFuture.failedFuture(
          CommandException.unavailable("Too many acknowledge at the same time."));
    }
    return store
        .read(move.inbox(), List.of(move.key(), COUNT))
        .thenCompose(found -> write(move, found, tries));
  }

  private CompletableFuture<@Nullable Void> write(Move move, Map<String, Stored> found, int tries) {
    Stored stored = found.getOrDefault(move.key(), Stored.ABSENT);
    Cursor from = cursor(stored);
    if (!move.changes(from)) {
      return CompletableFuture.completedFuture(null);
    }
    List<Store.Write> writes = new ArrayList<>();
    writes.add(Store.Write.put(move.key(), stored.version(), move.to().encode(), options.maxAge()));
    if (from != null) {
      return commit(move, writes, tries);
    }
    Version count = found.getOrDefault(COUNT, Stored.ABSENT).version();
    writes.add(Store.Write.put(COUNT, count, new byte[0], options.maxAge()));
    return store.readAll(move.inbox()).thenCompose(all -> add(move, all, writes, tries));
  }

  private CompletableFuture<@Nullable Void> add(
      Move move, Map<String, Stored> all, List<Store.Write> writes, int tries) {
    requireRoom(all, move.key());
    return commit(move, writes, tries);
  }

  /** Fails with {@code ELIMIT} when a device that is not known would be one too many. */
  CompletableFuture<@Nullable Void> requireRoom(Topic inbox, String device) {
    return store
        .readAll(inbox)
        .thenApply(
            all -> {
              requireRoom(all, DEVICE + device);
              return null;
            });
  }

  private void requireRoom(Map<String, Stored> all, String key) {
    long others =
        all.keySet().stream()
            .filter(other -> other.startsWith(DEVICE) && !other.equals(key))
            .count();
    if (others >= options.maxDevices()) {
      metrics.limitHit(Limit.INBOX_DEVICES);
      throw new CommandException(ErrorCode.LIMIT, "device: too many of this identity");
    }
  }

  private CompletableFuture<@Nullable Void> commit(Move move, List<Store.Write> writes, int tries) {
    return store
        .commit(move.inbox(), writes, Optional.empty())
        .thenCompose(
            commit ->
                commit.committed()
                    ? CompletableFuture.<@Nullable Void>completedFuture(null)
                    : move(move, tries - 1));
  }

  private static @Nullable Cursor cursor(@Nullable Stored stored) {
    return stored == null ? null : Cursor.decode(stored.value());
  }
}
