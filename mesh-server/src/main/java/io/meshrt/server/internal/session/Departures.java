// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import io.meshrt.server.internal.metrics.Departure;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets the sessions of a node go one by one. Each is told at once when its turn is, if its client
 * understands; else it is closed from its turn on, as soon as none of its commands runs.
 * Thread-safe.
 */
final class Departures {
  private final Sessions sessions;
  private final SessionServices services;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final Set<Session> told = ConcurrentHashMap.newKeySet();
  private final Set<Session> leaving = ConcurrentHashMap.newKeySet();

  Departures(Sessions sessions, SessionServices services) {
    this.sessions = sessions;
    this.services = services;
  }

  /**
   * Spreads the turns of all sessions evenly over a time.
   *
   * @return false when that was done before
   */
  boolean begin(Duration spread) {
    if (!begun.compareAndSet(false, true)) {
      return false;
    }
    List<Session> all = List.copyOf(sessions.all());
    for (int place = 0; place < all.size(); place++) {
      tell(all.get(place), spread.multipliedBy(place).dividedBy(all.size()));
    }
    return true;
  }

  boolean haveBegun() {
    return begun.get();
  }

  void onOpened(Session session) {
    if (begun.get()) {
      tell(session, Duration.ZERO);
    }
  }

  void onClosed(Session session, boolean byPeer) {
    if (begun.get()) {
      told.remove(session);
      leaving.remove(session);
      if (byPeer) {
        services.metrics().departed(Departure.LEFT);
      }
    }
  }

  /** Whether this session is to be closed as soon as it is idle. */
  boolean isLeaving(Session session) {
    return begun.get() && leaving.contains(session);
  }

  /** On the I/O thread, so that a session that is being opened has greeted its client. */
  private void tell(Session session, Duration turn) {
    session.onLoop(
        () -> {
          if (!session.isOpen() || !told.add(session)) {
            return;
          }
          byte[] push = session.dialect().goingAway(turn.toMillis());
          if (push != null) {
            session.offer(push);
          } else {
            services.scheduler().schedule(() -> leave(session), turn);
          }
        });
  }

  private void leave(Session session) {
    if (session.isOpen()) {
      leaving.add(session);
      sessions.closeWhenIdle(session);
    }
  }
}
