// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.client.record.RecordValue;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One listener's subscription, from the moment it is asked for. Begun on the state thread, told the
 * outcome there; the application may use it from any thread.
 */
final class Subscription<T> implements RecordSubscription<T>, Call.Outcome {
  private final BuiltIns builtIns;
  private final String id;
  private final ValueReader<T> reader;
  private final Ear<T> ear;
  private final Board board;
  private final CompletableFuture<RecordSubscription<T>> future = new CompletableFuture<>();
  private volatile @Nullable RecordLine line; // once begun
  private volatile boolean closed;

  Subscription(BuiltIns builtIns, String id, ValueReader<T> reader, Ear<T> ear, Board board) {
    this.builtIns = builtIns;
    this.id = id;
    this.reader = reader;
    this.ear = ear;
    this.board = board;
    CompletionStage<RecordSubscription<T>> outcome = future;
    outcome.whenComplete(
        (subscription, failure) -> {
          if (failure != null) {
            close(); // who cancelled it gets no handle
          }
        });
  }

  CompletableFuture<RecordSubscription<T>> future() {
    return future;
  }

  void begin(RecordLine taken) {
    if (!closed) {
      line = taken;
      taken.add(ear, this);
    }
  }

  @Override
  public void onReply(RawJson payload) {
    builtIns.callbacks().execute(() -> future.complete(this));
  }

  @Override
  public void onFailure(RuntimeException failure) {
    builtIns.callbacks().execute(() -> future.completeExceptionally(failure));
  }

  @Override
  public String recordId() {
    return id;
  }

  @Override
  public RecordValue<T> current() {
    RecordLine taken = line;
    return reader.read(taken == null ? RecordState.NOTHING : taken.replica().shown());
  }

  @Override
  public RecordVersion version() {
    RecordLine taken = line;
    return (taken == null ? RecordState.NOTHING : taken.replica().shown()).version();
  }

  @Override
  public boolean isLive() {
    synchronized (board) {
      RecordLine taken = line;
      return taken != null && !ear.closed() && taken.replica().live();
    }
  }

  Board board() {
    return board;
  }

  /** Under the lock: what the server confirmed; null while that is not up to date. */
  @Nullable RecordState confirmed() {
    RecordLine taken = line;
    return taken != null && isLive() ? taken.replica().confirmed() : null;
  }

  RecordValue<T> read(RecordState state) {
    return reader.read(state);
  }

  @Override
  public CompletableFuture<RecordVersion> update(UnaryOperator<@Nullable T> change) {
    RecordLine taken = line;
    if (taken == null || closed) {
      return CompletableFuture.failedFuture(
          CommandException.accessDenied("The subscription is closed."));
    }
    return taken.edits().add(value -> reader.change(value, change));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    synchronized (board) {
      ear.silence();
    }
    builtIns.loop().execute(this::end);
  }

  private void end() {
    RecordLine taken = line; // begun after close looked, perhaps
    if (taken != null) {
      taken.remove(ear);
    }
  }
}
