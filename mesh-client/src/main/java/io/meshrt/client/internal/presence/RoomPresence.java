// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.presence;

import io.meshrt.client.ClientError;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.builtin.Restore;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.dialect.PresenceUpdate;
import io.meshrt.client.internal.dialect.Present;
import io.meshrt.core.codec.RawJson;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The one server subscription that all listeners of a room share. Owned by the state thread.
 *
 * <pre>
 * IDLE -a listener comes-> SUBSCRIBING -accepted-> SUBSCRIBED -the last one goes-> UNSUBSCRIBING
 *   ^---------refused----------'            |    ^                                     |
 *   ^                            reconnected v    ' accepted                           |
 *   ^---------refused------------------- RESTORING                                     |
 *   '----------------------------------------------------------------answered----------'
 * </pre>
 *
 * One call is under way at most, so whatever comes in whatever order, what is wanted and what the
 * server has are brought together by the next answer.
 */
final class RoomPresence implements Restore {
  private final BuiltIns builtIns;
  private final Audience audience;
  private final RawJson payload;
  private final Consumer<RoomPresence> onIdle;
  private final Map<Ear, Call.Outcome> waiting = new LinkedHashMap<>();
  private Phase phase = Phase.IDLE;

  private enum Phase {
    IDLE,
    SUBSCRIBING,
    SUBSCRIBED,
    RESTORING,
    UNSUBSCRIBING
  }

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
  }

  Audience audience() {
    return audience;
  }

  /** A listener comes; {@code outcome} is told when it is subscribed. */
  void add(Ear ear, Call.Outcome outcome) {
    RuntimeException refusal = builtIns.refusal();
    if (refusal != null) {
      outcome.onFailure(refusal);
    } else if (phase == Phase.SUBSCRIBED || phase == Phase.RESTORING) {
      outcome.onReply(RawJson.NULL);
      audience.add(ear);
    } else {
      waiting.put(ear, outcome);
    }
    reconcile();
  }

  /** A listener goes. */
  void remove(Ear ear) {
    waiting.remove(ear);
    audience.remove(ear);
    reconcile();
  }

  /** A push came. */
  void onUpdate(PresenceUpdate update, int bytes) {
    if (phase != Phase.IDLE && phase != Phase.UNSUBSCRIBING) {
      audience.onUpdate(update, bytes);
    }
  }

  /** There is a new connection, which knows nothing of a subscription. */
  void restore() {
    if (phase != Phase.SUBSCRIBED && phase != Phase.RESTORING) {
      return; // what has not been sent yet will be
    }
    if (audience.isEmpty()) {
      phase = Phase.IDLE;
      reconcile();
      return;
    }
    phase = Phase.RESTORING;
    String room = audience.room();
    builtIns.restore(room, Names.SUBSCRIBE_PRESENCE, ClientError.Subject.PRESENCE, room, this);
  }

  private void reconcile() {
    if (phase == Phase.IDLE) {
      if (waiting.isEmpty()) {
        onIdle.accept(this);
      } else {
        phase = Phase.SUBSCRIBING;
        subscribe();
      }
    } else if (phase == Phase.SUBSCRIBED && audience.isEmpty()) {
      phase = Phase.UNSUBSCRIBING;
      unsubscribe();
    }
  }

  private void subscribe() {
    audience.awaitSnapshot();
    builtIns.call(
        audience.room(),
        Names.SUBSCRIBE_PRESENCE,
        payload,
        new Call.Outcome() {
          @Override
          public void onReply(RawJson reply) {
            onSubscribed(reply);
          }

          @Override
          public void onFailure(RuntimeException failure) {
            phase = Phase.IDLE;
            Map<Ear, Call.Outcome> failed = new LinkedHashMap<>(waiting);
            waiting.clear();
            failed.values().forEach(outcome -> outcome.onFailure(failure));
            reconcile();
          }
        });
  }

  private void onSubscribed(RawJson reply) {
    phase = Phase.SUBSCRIBED;
    audience.onSnapshot(Present.read(builtIns.tree(reply)));
    Map<Ear, Call.Outcome> accepted = new LinkedHashMap<>(waiting);
    waiting.clear();
    accepted.forEach(
        (ear, outcome) -> {
          outcome.onReply(RawJson.NULL);
          audience.add(ear);
        });
    reconcile();
  }

  private void unsubscribe() {
    builtIns.call(
        audience.room(),
        Names.UNSUBSCRIBE_PRESENCE,
        payload,
        new Call.Outcome() {
          @Override
          public void onReply(RawJson reply) {
            phase = Phase.IDLE;
            reconcile();
          }

          @Override
          public void onFailure(RuntimeException failure) {
            phase = Phase.IDLE; // lost with its connection, or overwritten by the next subscribe
            reconcile();
          }
        });
  }

  @Override
  public boolean wanted() {
    return phase == Phase.RESTORING;
  }

  @Override
  public RawJson payload() {
    audience.awaitSnapshot();
    return payload;
  }

  @Override
  public void onRestored(RawJson reply) {
    onSubscribed(reply);
  }

  @Override
  public void onRefused(RuntimeException failure) {
    phase = Phase.IDLE;
    audience.end();
    reconcile();
  }
}
