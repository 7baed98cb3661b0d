// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.collection;

import io.meshrt.client.collection.CollectionMember;
import io.meshrt.client.collection.CollectionSubscription;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.dialect.CollectionItem;
import io.meshrt.core.codec.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One listener's subscription, from the moment it is asked for. Begun on the state thread, told the
 * outcome there; the application may use it from any thread.
 */
final class Subscription<T> implements CollectionSubscription<T>, Call.Outcome {
  private final BuiltIns builtIns;
  private final String id;
  private final MemberReader<T> reader;
  private final Ear<T> ear;
  private final CompletableFuture<CollectionSubscription<T>> future = new CompletableFuture<>();
  private volatile @Nullable CollectionLine line; // once begun
  private volatile boolean closed;

  Subscription(BuiltIns builtIns, String id, MemberReader<T> reader, Ear<T> ear) {
    this.builtIns = builtIns;
    this.id = id;
    this.reader = reader;
    this.ear = ear;
    CompletionStage<CollectionSubscription<T>> outcome = future;
    outcome.whenComplete(
        (subscription, failure) -> {
          if (failure != null) {
            close(); // who cancelled it gets no handle
          }
        });
  }

  CompletableFuture<CollectionSubscription<T>> future() {
    return future;
  }

  void begin(CollectionLine taken) {
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
  public String collectionId() {
    return id;
  }

  @Override
  public List<CollectionMember<T>> members() {
    List<CollectionMember<T>> members = new ArrayList<>();
    for (CollectionItem item : state().members()) {
      CollectionMember<T> member = reader.readIfFitting(item);
      if (member != null) {
        members.add(member);
      }
    }
    return members;
  }

  @Override
  public long version() {
    return state().version();
  }

  private CollectionState state() {
    CollectionLine taken = line;
    return taken == null ? CollectionState.EMPTY : taken.shown();
  }

  @Override
  public boolean isLive() {
    CollectionLine taken = line;
    return taken != null && taken.isLive() && !ear.closed();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    ear.silence();
    builtIns.loop().execute(this::end);
  }

  private void end() {
    CollectionLine taken = line; // begun after close looked, perhaps
    if (taken != null) {
      taken.remove(ear);
    }
  }
}
