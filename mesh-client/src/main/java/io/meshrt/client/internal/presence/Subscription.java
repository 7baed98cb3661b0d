// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.presence;

import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.presence.PresenceListener;
import io.meshrt.client.presence.PresenceSubscription;
import io.meshrt.client.presence.PresentMember;
import io.meshrt.core.codec.RawJson;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One listener's subscription, from the moment it is asked for. Begun on the state thread, told the
 * outcome there; the application may use it from any thread.
 */
final class Subscription implements PresenceSubscription, Call.Outcome {
  private final PresenceFeature feature;
  private final BuiltIns builtIns;
  private final String room;
  private final PresenceListener listener;
  private final CompletableFuture<PresenceSubscription> future = new CompletableFuture<>();
  private volatile @Nullable Place place; // once begun
  private volatile boolean closed;

  private record Place(RoomPresence presence, Ear ear) {}

  Subscription(PresenceFeature feature, BuiltIns builtIns, String room, PresenceListener listener) {
    this.feature = feature;
    this.builtIns = builtIns;
    this.room = room;
    this.listener = listener;
    CompletionStage<PresenceSubscription> outcome = future;
    outcome.whenComplete(
        (subscription, failure) -> {
          if (failure != null) {
            close(); // who cancelled it gets no handle
          }
        });
  }

  CompletableFuture<PresenceSubscription> future() {
    return future;
  }

  void begin() {
    if (closed) {
      return;
    }
    RoomPresence presence = feature.room(room);
    Ear ear = feature.ear(presence.audience(), listener);
    place = new Place(presence, ear);
    presence.add(ear, this);
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
  public String room() {
    return room;
  }

  @Override
  public List<PresentMember> members() {
    Place taken = place;
    return taken == null ? List.of() : taken.presence().audience().members();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    Place taken = place;
    if (taken != null) {
      taken.presence().audience().silence(taken.ear());
    }
    builtIns.loop().execute(this::end);
  }

  private void end() {
    Place taken = place; // begun after close looked, perhaps
    if (taken != null) {
      taken.presence().remove(taken.ear());
    }
  }
}
