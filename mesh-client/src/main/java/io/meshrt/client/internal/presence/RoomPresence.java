// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.presence;

import io.meshrt.client.ClientError;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.dialect.PresenceUpdate;
import io.meshrt.client.internal.dialect.Present;
import io.meshrt.client.internal.subscription.Followers;
import io.meshrt.client.internal.subscription.SharedSubscription;
import io.meshrt.core.codec.RawJson;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** All listeners of a room, and the subscription they share. Owned by the state thread. */
final class RoomPresence implements Followers {
  private final BuiltIns builtIns;
  private final Audience audience;
  private final RawJson payload;
  private final Consumer<RoomPresence> onIdle;
  private final SharedSubscription subscription;
  private final Map<Ear, Call.Outcome> waiting = new LinkedHashMap<>();

  /**
   * A room nobody listens to yet.
   *
   * @param onIdle told when nobody listens any more and the server knows it
   */
  RoomPresence(
      BuiltIns builtIns, Audience audience, RawJson payload, Consumer<RoomPresence> onIdle) {
    this.builtIns = builtIns;
    this.audience = audience;
    this.payload = payload;
    this.onIdle = onIdle;
    this.subscription =
        new SharedSubscription(
            builtIns,
            new SharedSubscription.Subject(
                ClientError.Subject.PRESENCE,
                audience.room(),
                Names.SUBSCRIBE_PRESENCE,
                Names.UNSUBSCRIBE_PRESENCE,
                payload),
            this);
  }

  Audience audience() {
    return audience;
  }

  /** A listener comes; {@code outcome} is told when it is subscribed. */
  void add(Ear ear, Call.Outcome outcome) {
    RuntimeException refusal = builtIns.refusal();
    if (refusal != null) {
      outcome.onFailure(refusal);
    } else if (subscription.accepted()) {
      outcome.onReply(RawJson.NULL);
      audience.add(ear);
    } else {
      waiting.put(ear, outcome);
    }
    subscription.reconcile();
  }

  /** A listener goes. */
  void remove(Ear ear) {
    waiting.remove(ear);
    audience.remove(ear);
    subscription.reconcile();
  }

  /** A push came. */
  void onUpdate(PresenceUpdate update, int bytes) {
    if (!subscription.ended()) {
      audience.onUpdate(update, bytes);
    }
  }

  /** There is a new connection. */
  void restore() {
    subscription.restore();
  }

  // What the subscription needs

  @Override
  public boolean anyWaiting() {
    return !waiting.isEmpty();
  }

  @Override
  public boolean anyPresent() {
    return !audience.isEmpty();
  }

  @Override
  public RawJson onSubscribing() {
    return resuming();
  }

  @Override
  public void onSubscribed(RawJson reply) {
    onRestored(reply);
    Map<Ear, Call.Outcome> accepted = new LinkedHashMap<>(waiting);
    waiting.clear();
    accepted.forEach(
        (ear, outcome) -> {
          outcome.onReply(RawJson.NULL);
          audience.add(ear);
        });
  }

  @Override
  public void onNotSubscribed(RuntimeException failure) {
    Map<Ear, Call.Outcome> failed = new LinkedHashMap<>(waiting);
    waiting.clear();
    failed.values().forEach(outcome -> outcome.onFailure(failure));
  }

  @Override
  public RawJson resuming() {
    audience.awaitSnapshot();
    return payload;
  }

  @Override
  public void onRestored(RawJson reply) {
    audience.onSnapshot(Present.read(builtIns.tree(reply)));
  }

  @Override
  public void onEnded() {
    audience.end();
  }

  @Override
  public void onIdle() {
    onIdle.accept(this);
  }
}
