// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import io.meshrt.client.ClientError;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.callback.Turns;
import io.meshrt.client.record.RecordListener;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordUpdate;
import io.meshrt.client.record.RecordValue;
import io.meshrt.patch.Patch;
import io.meshrt.patch.PatchLimits;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One listener and what waits for it: a few changes in order, or, when these would be too many, one
 * in the place of all. The listener runs on the callback executor, one call after the other.
 * Everything but {@link #wake} is guarded by the {@link Board}.
 */
final class Ear<T> implements Turns.Calls {
  private final BuiltIns builtIns;
  private final String id;
  private final RecordListener<T> listener;
  private final ValueReader<T> reader;
  private final RecordMode mode;
  private final int maxWaiting;
  private final Turns turns;

  private final ArrayDeque<News> waiting = new ArrayDeque<>();
  private boolean ending;
  private boolean closed;

  Ear(
      Board board,
      BuiltIns builtIns,
      String id,
      RecordListener<T> listener,
      ValueReader<T> reader,
      RecordMode mode,
      int maxWaiting) {
    this.builtIns = builtIns;
    this.id = id;
    this.listener = listener;
    this.reader = reader;
    this.mode = mode;
    this.maxWaiting = maxWaiting;
    this.turns = new Turns(builtIns.callbacks(), board, this);
  }

  RecordMode mode() {
    return mode;
  }

  boolean closed() {
    return closed;
  }

  void offer(News news) {
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

  /** Nothing follows what waits; the listener is told so unless the last news says it. */
  void end(boolean telling) {
    ending = telling && !closed;
    closed = true;
  }

  /** Drops what waits and takes nothing more. */
  void silence() {
    closed = true;
    ending = false;
    waiting.clear();
  }

  /** Has the listener told what waits for it. */
  void wake() {
    turns.wake();
  }

  @Override
  public boolean isEmpty() {
    return waiting.isEmpty() && !ending;
  }

  @Override
  public @Nullable Runnable next() {
    News news = waiting.poll();
    if (news != null) {
      return () -> tell(news);
    }
    boolean last = ending;
    ending = false;
    return last ? this::tellEnd : null;
  }

  private void tell(News news) {
    try {
      RecordValue<T> read = reader.read(news.state());
      Optional<Patch> patch =
          mode == RecordMode.PATCH ? news.patch(PatchLimits.defaults()) : Optional.empty();
      listener.onUpdate(new RecordUpdate<>(id, read.value(), read.version(), patch, news.reason()));
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      builtIns.errors().reportListener(ClientError.Subject.RECORD, id, e);
    }
  }

  private void tellEnd() {
    try {
      listener.onEnded();
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      builtIns.errors().reportListener(ClientError.Subject.RECORD, id, e);
    }
  }
}
