// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.message;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends to many, some at a time, in the order of the calls: what is few goes at once, unless more
 * than a batch is under way, behind which everything waits. Thread-safe.
 */
final class Batches {
  /** Most ids that are sent to before one waits for the answers. */
  static final int SIZE = 1_000;

  /** Ids that wait; a call that would exceed it is refused. */
  static final int MAX_WAITING = 1_000_000;

  // Guarded by this.
  private final ArrayDeque<Call> waiting = new ArrayDeque<>();
  private int waitingIds;
  private boolean busy;

  /** Guarded by the batches; one batch of it is sent at a time. */
  private static final class Call {
    final List<String> ids;
    final Function<List<String>, CompletableFuture<?>> send;
    final CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
    int sent;

    Call(List<String> ids, Function<List<String>, CompletableFuture<?>> send) {
      this.ids = ids;
      this.send = send;
    }

    List<String> nextBatch() {
      int from = sent;
      sent = Math.min(from + SIZE, ids.size());
      return ids.subList(from, sent);
    }

    boolean isSent() {
      return sent == ids.size();
    }
  }

  /** Sends to ids in their order; once a batch fails the rest of the call is not sent. */
  CompletableFuture<?> send(List<String> ids, Function<List<String>, CompletableFuture<?>> send) {
    Call call = new Call(ids, send);
    synchronized (this) {
      if (waitingIds + ids.size() > MAX_WAITING) {
        return CompletableFuture.failedFuture(
            new CommandException(ErrorCode.LIMIT, "Too many messages wait to be sent."));
      }
      if (busy) {
        waiting.add(call);
        waitingIds += ids.size();
        return call.result;
      }
      busy = ids.size() > SIZE;
      if (busy) {
        waiting.add(call);
        waitingIds += ids.size();
      }
    }
    if (ids.size() <= SIZE) {
      return send.apply(ids);
    }
    goOn(next());
    return call.result;
  }

  /** Goes on, without nesting, while batches are sent at once. */
  private void goOn(@Nullable Call first) {
    Call call = first;
    while (call != null) {
      Call current = call;
      CompletableFuture<@Nullable Call> next =
          current
              .send
              .apply(current.nextBatch())
              .handle((done, failure) -> onSent(current, failure));
      if (!next.isDone()) {
        CompletableFuture<?> unused = next.thenAccept(this::goOn);
        return;
      }
      call = next.join();
    }
  }

  /** The call whose batch is to be sent next; null if nothing waits. */
  private @Nullable Call onSent(Call call, @Nullable Throwable failure) {
    if (failure != null) {
      call.result.completeExceptionally(failure);
    } else if (call.isSent()) {
      call.result.complete(null);
    } else {
      return call;
    }
    return next();
  }

  private synchronized @Nullable Call next() {
    Call next = waiting.poll();
    if (next == null) {
      busy = false;
    } else {
      waitingIds -= next.ids.size();
    }
    return next;
  }
}
