// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.hub.Subscriber;
import io.meshrt.server.internal.session.Session;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A session that hears of one room: of everything behind its snapshot, but not before it has been
 * answered with that snapshot. Owned by the session's I/O thread, but for where it begins and ends.
 */
final class PresenceSubscriber implements Subscriber {
  /** Frames held at most; beyond it they are sent, late answer or not. */
  private static final int MAX_HELD = 1_024;

  private final Session session;
  private final Generation generation;
  private final PresenceRoom room;
  private volatile long begin = Long.MAX_VALUE;
  private volatile boolean ended;

  /** Null when nothing is held any more. */
  private @Nullable ArrayDeque<byte[]> held = new ArrayDeque<>();

  PresenceSubscriber(Session session, Generation generation, PresenceRoom room) {
    this.session = session;
    this.generation = generation;
    this.room = room;
  }

  @Override
  public Session session() {
    return session;
  }

  Generation generation() {
    return generation;
  }

  PresenceRoom room() {
    return room;
  }

  /** The snapshot was taken right behind the push with this number. */
  void beginAfter(long number) {
    begin = number;
  }

  /** A push, on the I/O thread. */
  void on(long number, PresencePush push) {
    if (number <= begin || ended) {
      return;
    }
    byte[] frame = push.frame(generation);
    if (frame == null) {
      return;
    }
    if (held == null) {
      session.offer(frame);
      return;
    }
    held.add(frame);
    if (held.size() == MAX_HELD) {
      flush();
    }
  }

  /** Sends what was held, and from now on everything at once. Any thread. */
  void release() {
    session.onLoop(this::flush);
  }

  /** Sends nothing any more. */
  void end() {
    ended = true;
  }

  private void flush() {
    ArrayDeque<byte[]> frames = held;
    held = null;
    if (frames != null && !ended) {
      frames.forEach(session::offer);
    }
  }
}
