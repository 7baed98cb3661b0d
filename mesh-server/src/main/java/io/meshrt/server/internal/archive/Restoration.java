// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.archive;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.record.RecordStore;
import io.meshrt.server.record.RestoreResult;
import io.meshrt.server.record.StoredRecord;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings what one store has into the cluster, one page after the other. Runs once. */
final class Restoration {
  /** Records of a page; so many are on their way at a time. */
  static final int PAGE = 100;

  private static final Logger log = LoggerFactory.getLogger(Restoration.class);

  private final RecordStore store;
  private final Predicate<String> wanted;
  private final LiveRecords live;
  private final Consumer<String> onOutdated;
  private final HandlerThreads threads;
  private final CompletableFuture<RestoreResult> result = new CompletableFuture<>();
  private final LongAdder restored = new LongAdder();
  private final LongAdder current = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /**
   * Not begun.
   *
   * @param wanted ids of records; others in the store are left alone
   * @param onOutdated told of records of which the cluster has something newer
   */
  Restoration(
      RecordStore store,
      Predicate<String> wanted,
      LiveRecords live,
      Consumer<String> onOutdated,
      HandlerThreads threads) {
    this.store = store;
    this.wanted = wanted;
    this.live = live;
    this.onOutdated = onOutdated;
    this.threads = threads;
  }

  /** Fails as the store does, or with {@code EUNAVAILABLE} when the cluster cannot be asked. */
  CompletableFuture<RestoreResult> run() {
    next("");
    return result;
  }

  private void next(String after) {
    boolean taken =
        threads.execute(
            () -> {
              try {
                restore(after, store.read(after, PAGE));
              } catch (Throwable failure) {
                result.completeExceptionally(failure);
              }
            });
    if (!taken) {
      result.completeExceptionally(CommandException.unavailable("The server is closed."));
    }
  }

  private void restore(String after, List<StoredRecord> page) {
    if (page.isEmpty()) {
      result.complete(new RestoreResult(restored.sum(), current.sum(), refused.sum()));
      return;
    }
    String last = page.get(page.size() - 1).id();
    if (last.equals(after)) {
      throw new IllegalStateException("the store gives the same page again");
    }
    CompletableFuture<?> unused =
        CompletableFuture.allOf(
                page.stream()
                    .filter(record -> wanted.test(record.id()))
                    .map(this::restore)
                    .toArray(CompletableFuture<?>[]::new))
            .whenComplete((done, failure) -> onPage(last, failure));
  }

  private void onPage(String last, @Nullable Throwable failure) {
    if (failure == null) {
      next(last);
    } else {
      result.completeExceptionally(cause(failure));
    }
  }

  private CompletableFuture<?> restore(StoredRecord kept) {
    return live.restore(kept)
        .handle(
            (done, failure) -> {
              if (failure != null) {
                refuse(cause(failure));
              } else if (done.changed()) {
                restored.increment();
              } else {
                current.increment();
                if (done.version().isNewerThan(kept.version())) {
                  onOutdated.accept(kept.id());
                }
              }
              return true;
            });
  }

  private void refuse(Throwable failure) {
    boolean unfit =
        failure instanceof CommandException known
            && (known.is(ErrorCode.BAD_REQUEST) || known.is(ErrorCode.TOO_LARGE));
    if (!unfit) {
      throw new CompletionException(failure);
    }
    if (refused.sum() == 0) {
      log.warn("a store has something that cannot be a record", failure);
    }
    refused.increment();
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
