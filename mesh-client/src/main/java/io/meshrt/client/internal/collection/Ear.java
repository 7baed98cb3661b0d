// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.collection;

import io.meshrt.client.ClientError;
import io.meshrt.client.collection.CollectionListener;
import io.meshrt.client.collection.CollectionUpdate;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.callback.Turns;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One listener and what waits for it: a few states in order, or, when these would be too many, the
 * newest in the place of all. The listener runs on the callback executor, one call after the other.
 * Thread-safe.
 */
final class Ear<T> implements Turns.Calls {
  private final BuiltIns builtIns;
  private final String id;
  private final CollectionListener<T> listener;
  private final int maxWaiting;
  private final Turns turns;

  /** Used by the calls of the listener only. */
  private final Shown<T> shown;

  // Guarded by this.
  private final ArrayDeque<News> waiting = new ArrayDeque<>();
  private @Nullable String endCode;
  private boolean closed;

  Ear(
      BuiltIns builtIns,
      String id,
      CollectionListener<T> listener,
      MemberReader<T> reader,
      int maxWaiting) {
    this.builtIns = builtIns;
    this.id = id;
    this.listener = listener;
    this.maxWaiting = maxWaiting;
    this.turns = new Turns(builtIns.callbacks(), this, this);
    this.shown = new Shown<>(reader, this::reportMisfit);
  }

  synchronized boolean closed() {
    return closed;
  }

  /** Has the listener told this, or something newer. */
  void offer(News news) {
    synchronized (this) {
      if (closed) {
        return;
      }
      News told = news;
      if (waiting.size() >= maxWaiting) {
        for (News earlier = waiting.pollLast(); earlier != null; earlier = waiting.pollLast()) {
          told = earlier.followedBy(told);
        }
      }
      waiting.add(told);
    }
    turns.wake();
  }

  /** Nothing follows what waits; the listener is told so. */
  void end(String code) {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      endCode = code;
    }
    turns.wake();
  }

  /** Drops what waits and takes nothing more. */
  synchronized void silence() {
    closed = true;
    endCode = null;
    waiting.clear();
  }

  @Override
  public boolean isEmpty() {
    return waiting.isEmpty() && endCode == null;
  }

  @Override
  public @Nullable Runnable next() {
    News news = waiting.poll();
    if (news != null) {
      return () -> tell(news);
    }
    String code = endCode;
    endCode = null;
    return code == null ? null : () -> tellEnd(code);
  }

  private void tell(News news) {
    try {
      CollectionUpdate<T> update = shown.update(id, news);
      if (update != null) {
        listener.onUpdate(update);
      }
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      builtIns.errors().reportListener(ClientError.Subject.COLLECTION, id, e);
    }
  }

  private void tellEnd(String code) {
    try {
      listener.onEnded(code);
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      builtIns.errors().reportListener(ClientError.Subject.COLLECTION, id, e);
    }
  }

  private void reportMisfit(String record, Throwable misfit) {
    builtIns
        .errors()
        .report(
            ClientError.Kind.LISTENER_FAILED,
            ClientError.Subject.COLLECTION,
            id,
            "record " + record + ": " + misfit.getMessage(),
            misfit);
  }
}
