// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.subscription;

import io.meshrt.client.ClientError;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.builtin.Restore;
import io.meshrt.client.internal.call.Call;
import io.meshrt.core.codec.RawJson;

/**
 * The one subscription on the server that all who follow the same thing share. Owned by the state
 * thread.
 *
 * <pre>
 * IDLE -somebody waits-> SUBSCRIBING -accepted-> SUBSCRIBED -nobody uses it-> UNSUBSCRIBING
 *   ^-------refused-----------'            |    ^     '-ended by the server-> IDLE     |
 *   ^                          reconnected v    ' accepted                             |
 *   ^-------refused------------------- RESTORING                                       |
 *   '--------------------------------------------------------answered------------------'
 * </pre>
 *
 * What does not fit is restored too, on the same connection: a further subscription takes the place
 * of the one there is. One call that subscribes or unsubscribes is under way at most, so whatever
 * comes in whatever order, what is wanted and what the server has are brought together by the next
 * answer.
 */
public final class SharedSubscription {
  private final BuiltIns builtIns;
  private final Subject subject;
  private final Followers followers;
  private final Restore restore = new Again();
  private Phase phase = Phase.IDLE;

  private enum Phase {
    IDLE,
    SUBSCRIBING,
    SUBSCRIBED,
    RESTORING,
    UNSUBSCRIBING
  }

  /**
   * What is subscribed to.
   *
   * @param kind for the error listeners
   * @param name of the thing, and of the lane of calls about it
   * @param subscribe the command
   * @param unsubscribe the command
   * @param unsubscribing the payload of the latter
   */
  public record Subject(
      ClientError.Subject kind,
      String name,
      String subscribe,
      String unsubscribe,
      RawJson unsubscribing) {}

  /** A subscription nobody needs yet. */
  public SharedSubscription(BuiltIns builtIns, Subject subject, Followers followers) {
    this.builtIns = builtIns;
    this.subject = subject;
    this.followers = followers;
  }

  /** Whether the server has accepted it, perhaps on a connection that is gone. */
  public boolean accepted() {
    return phase == Phase.SUBSCRIBED || phase == Phase.RESTORING;
  }

  /** Whether it is being put back on a new connection, or renewed. */
  public boolean restoring() {
    return phase == Phase.RESTORING;
  }

  /** Whether nothing that comes is for anybody. */
  public boolean ended() {
    return phase == Phase.IDLE || phase == Phase.UNSUBSCRIBING;
  }

  /** Somebody came, or went: does what that asks for. */
  public void reconcile() {
    if (phase == Phase.IDLE) {
      if (followers.anyWaiting()) {
        phase = Phase.SUBSCRIBING;
        subscribe();
      } else {
        followers.onIdle();
      }
    } else if (phase == Phase.SUBSCRIBED && !followers.anyPresent()) {
      phase = Phase.UNSUBSCRIBING;
      unsubscribe();
    }
  }

  /** The server ended the subscription. */
  public void onEnded() {
    if (accepted()) {
      end();
    }
  }

  /** There is a new connection, which knows nothing of a subscription. */
  public void restore() {
    if (!accepted()) {
      return; // what has not been sent yet will be
    }
    if (!followers.anyPresent()) {
      phase = Phase.IDLE;
      reconcile();
      return;
    }
    askAgain();
  }

  /** What came does not fit: has the server tell anew, on the same connection. */
  public void renew() {
    if (phase == Phase.SUBSCRIBED) {
      askAgain();
    }
  }

  private void askAgain() {
    phase = Phase.RESTORING;
    followers.onRestoring();
    builtIns.restore(subject.name(), subject.subscribe(), subject.kind(), subject.name(), restore);
  }

  private void end() {
    phase = Phase.IDLE;
    followers.onEnded();
    reconcile();
  }

  private void subscribe() {
    RawJson payload = followers.onSubscribing();
    builtIns.call(
        subject.name(),
        subject.subscribe(),
        payload,
        new Call.Outcome() {
          @Override
          public void onReply(RawJson reply) {
            phase = Phase.SUBSCRIBED;
            followers.onSubscribed(reply);
            reconcile();
          }

          @Override
          public void onFailure(RuntimeException failure) {
            phase = Phase.IDLE;
            followers.onNotSubscribed(failure);
            reconcile();
          }
        });
  }

  private void unsubscribe() {
    builtIns.call(
        subject.name(),
        subject.unsubscribe(),
        subject.unsubscribing(),
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

  private final class Again implements Restore {
    @Override
    public boolean wanted() {
      return phase == Phase.RESTORING;
    }

    @Override
    public RawJson payload() {
      return followers.resuming();
    }

    @Override
    public void onRestored(RawJson reply) {
      phase = Phase.SUBSCRIBED;
      followers.onRestored(reply);
      reconcile();
    }

    @Override
    public void onRefused(RuntimeException failure) {
      followers.onRefused(failure);
      end();
    }
  }
}
