// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.server.internal.presence.PresenceValue.Kind;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes members of this node absent when they were silent for the time to live of their room, and
 * present again when they are heard of. Thread-safe, never blocks.
 *
 * <p>Each such membership has one timer, which looks at when the session was last heard of: being
 * heard of costs next to nothing.
 */
final class TimesToLive {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final OwnStates states;
  private final Scheduler scheduler;
  private final ConcurrentMap<Session, Heard> sessions = new ConcurrentHashMap<>();

  TimesToLive(OwnStates states, Scheduler scheduler) {
    this.states = states;
    this.scheduler = scheduler;
  }

  /** A session joined a room, or its node registered it anew. */
  void onJoined(Session session, String room, Duration timeToLive) {
    sessions.compute(
        session,
        (key, known) -> {
          Heard heard = known == null ? new Heard(scheduler.nanoTime()) : known;
          heard.add(room, () -> new Membership(session, room, timeToLive.toNanos(), heard));
          return heard;
        });
  }

  /** A session left a room. */
  void onLeft(Session session, String room) {
    sessions.computeIfPresent(session, (key, heard) -> heard.remove(room) ? heard : null);
  }

  /** A session gave a sign of life. */
  void onHeard(Session session) {
    Heard heard = sessions.get(session);
    if (heard != null) {
      heard.lastNanos = scheduler.nanoTime();
      heard.memberships.values().forEach(Membership::onHeard);
    }
  }

  /** Sessions with such memberships. */
  int sessions() {
    return sessions.size();
  }

  /** When a session was last heard of, and its memberships, changed under its key's lock. */
  private static final class Heard {
    private volatile long lastNanos;
    private volatile Map<String, Membership> memberships = Map.of();

    Heard(long nowNanos) {
      lastNanos = nowNanos;
    }

    void add(String room, Supplier<Membership> membership) {
      if (!memberships.containsKey(room)) {
        Map<String, Membership> more = new HashMap<>(memberships);
        Membership added = membership.get();
        more.put(room, added);
        memberships = Map.copyOf(more);
        added.await(added.timeToLiveNanos);
      }
    }

    /** False when none is left. */
    boolean remove(String room) {
      Map<String, Membership> fewer = new HashMap<>(memberships);
      Membership removed = fewer.remove(room);
      memberships = Map.copyOf(fewer);
      if (removed != null) {
        removed.end();
      }
      return !fewer.isEmpty();
    }
  }

  /** A membership in a room with a time to live. */
  private final class Membership implements Runnable {
    private final Session session;
    private final String room;
    private final long timeToLiveNanos;
    private final long joinedNanos = scheduler.nanoTime();
    private final Heard heard;

    /** What it ought to be; written under this. */
    private volatile boolean absent;

    // Guarded by this.
    private boolean settling;
    private boolean ended;
    private Scheduler.@Nullable Timer timer;

    Membership(Session session, String room, long timeToLiveNanos, Heard heard) {
      this.session = session;
      this.room = room;
      this.timeToLiveNanos = timeToLiveNanos;
      this.heard = heard;
    }

    /** The time may be over. */
    @Override
    public void run() {
      long left = timeToLiveNanos - silentNanos();
      if (left > 0) {
        await(left);
        return;
      }
      become(true);
      // Who was heard of meanwhile may have found it present still.
      if (silentNanos() < timeToLiveNanos) {
        become(false);
      }
    }

    void onHeard() {
      if (absent) {
        become(false);
      }
    }

    synchronized void end() {
      ended = true;
      if (timer != null) {
        timer.cancel();
      }
    }

    private long silentNanos() {
      long now = scheduler.nanoTime();
      return Math.min(now - joinedNanos, now - heard.lastNanos);
    }

    private synchronized void await(long nanos) {
      if (!ended) {
        timer = scheduler.schedule(this, Duration.ofNanos(nanos));
      }
    }

    private void become(boolean wanted) {
      boolean settle;
      synchronized (this) {
        if (ended || absent == wanted) {
          return;
        }
        absent = wanted;
        settle = !settling;
        settling = true;
      }
      if (!wanted) {
        await(timeToLiveNanos);
      }
      if (settle) {
        settle();
      }
    }

    /** Tells the cluster, until it holds what this ought to be. One at a time. */
    private void settle() {
      boolean wanted = absent;
      CompletableFuture<?> unused =
          states
              .change(session, room, before -> next(before, wanted))
              .whenComplete((done, failure) -> onSettled(wanted, failure != null));
    }

    private void onSettled(boolean settled, boolean failed) {
      synchronized (this) {
        settling = !ended && (failed || absent != settled);
        if (!settling) {
          return;
        }
      }
      if (failed) {
        scheduler.schedule(this::settle, RETRY);
      } else {
        settle();
      }
    }

    private PresenceValue next(PresenceValue before, boolean wanted) {
      if ((before.kind() == Kind.ABSENT) == wanted) {
        throw new Unchanged();
      }
      return wanted
          ? PresenceValue.absent(states.nextNumber())
          : PresenceValue.present(states.nextNumber());
    }
  }
}
