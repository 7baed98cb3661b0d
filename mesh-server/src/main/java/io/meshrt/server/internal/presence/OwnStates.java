// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sets, clears and expires the states of the members that this node holds. Thread-safe, never
 * blocks.
 */
final class OwnStates {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final MemberValues values;
  private final Scheduler scheduler;
  private final AtomicLong numbers = new AtomicLong();

  // Guarded by this.
  private final Map<Key, Expiry> expiries = new HashMap<>();

  /** The values of this node's members of groups, which change one after the other. */
  @FunctionalInterface
  interface MemberValues {
    /** False when there is no such member; what the change throws fails the future. */
    CompletableFuture<Boolean> change(
        Session session, Topic group, UnaryOperator<byte @Nullable []> change, boolean silent);
  }

  OwnStates(MemberValues values, Scheduler scheduler) {
    this.values = values;
    this.scheduler = scheduler;
  }

  /** The number of the next change; it grows. */
  long nextNumber() {
    return numbers.incrementAndGet();
  }

  /**
   * Sets a state.
   *
   * @param expireAfter null for never
   * @param evenAbsent whether an absent member is present with this, or counts as none
   * @return false when the session is no member
   */
  CompletableFuture<Boolean> publish(
      Session session,
      String room,
      RawJson state,
      @Nullable Duration expireAfter,
      boolean silent,
      boolean evenAbsent) {
    AtomicLong number = new AtomicLong();
    return change(
            session,
            room,
            before -> {
              requirePresent(before, evenAbsent);
              number.set(nextNumber());
              return PresenceValue.state(number.get(), state, silent);
            })
        .whenComplete(
            (done, failure) -> {
              if (failure == null && done) {
                expire(session, room, number.get(), expireAfter);
              }
            });
  }

  /** Removes a state; told also if there was none. False when the session is no member. */
  CompletableFuture<Boolean> clear(Session session, String room, boolean evenAbsent) {
    return change(
        session,
        room,
        before -> {
          requirePresent(before, evenAbsent);
          return PresenceValue.present(nextNumber());
        });
  }

  /** The session is no member of the room any more. */
  void forget(Session session, String room) {
    Expiry expiry;
    synchronized (this) {
      expiry = expiries.remove(new Key(session, room));
    }
    if (expiry != null) {
      expiry.cancel();
    }
  }

  /** Expiries that are to come. */
  synchronized int waiting() {
    return expiries.size();
  }

  /** Changes what a member's value says; false when there is no such member. */
  CompletableFuture<Boolean> change(
      Session session, String room, UnaryOperator<PresenceValue> change) {
    return values
        .change(
            session,
            RoomMirror.group(room),
            bytes -> change.apply(PresenceValue.decode(bytes)).encode(),
            false)
        .exceptionally(OwnStates::falseIfUnchanged);
  }

  private static Boolean falseIfUnchanged(Throwable failure) {
    if (Unchanged.is(failure)) {
      return false;
    }
    throw failure instanceof CompletionException wrapped
        ? wrapped
        : new CompletionException(failure);
  }

  private static void requirePresent(PresenceValue value, boolean evenAbsent) {
    if (!evenAbsent && !value.isPresent()) {
      throw new Unchanged();
    }
  }

  /** A state was set: when it goes takes the place of when an older one would have gone. */
  private void expire(Session session, String room, long number, @Nullable Duration after) {
    Key key = new Key(session, room);
    Expiry next = after == null ? null : new Expiry(key, number);
    Expiry older;
    synchronized (this) {
      older = expiries.get(key);
      if (older != null && older.number > number) {
        return;
      }
      if (next == null) {
        expiries.remove(key);
      } else {
        expiries.put(key, next);
      }
    }
    if (older != null) {
      older.cancel();
    }
    if (next != null && after != null) {
      next.schedule(after);
    }
  }

  private synchronized boolean isCurrent(Expiry expiry) {
    return expiries.get(expiry.key) == expiry;
  }

  private synchronized void remove(Expiry expiry) {
    expiries.remove(expiry.key, expiry);
  }

  private record Key(Session session, String room) {}

  /** The end of one state, if it still is the member's when the time has come. */
  private final class Expiry implements Runnable {
    private final Key key;
    private final long number;
    private volatile Scheduler.@Nullable Timer timer;

    Expiry(Key key, long number) {
      this.key = key;
      this.number = number;
    }

    void schedule(Duration delay) {
      timer = scheduler.schedule(this, delay);
      if (!isCurrent(this)) {
        cancel();
      }
    }

    void cancel() {
      Scheduler.Timer scheduled = timer;
      if (scheduled != null) {
        scheduled.cancel();
      }
    }

    @Override
    public void run() {
      CompletableFuture<?> unused =
          change(key.session, key.room, this::next)
              .whenComplete(
                  (done, failure) -> {
                    if (failure == null) {
                      remove(this);
                    } else if (isCurrent(this)) {
                      schedule(RETRY);
                    }
                  });
    }

    private PresenceValue next(PresenceValue before) {
      if (before.number() != number) {
        throw new Unchanged();
      }
      return PresenceValue.present(nextNumber());
    }
  }
}
