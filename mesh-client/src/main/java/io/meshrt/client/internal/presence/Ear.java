// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.presence;

import io.meshrt.client.ClientError;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.callback.Turns;
import io.meshrt.client.presence.PresenceEvent;
import io.meshrt.client.presence.PresenceListener;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One listener and what waits for it: changes in order, or, when these became too many, a snapshot
 * that is taken when its turn comes. The listener runs on the callback executor, one event after
 * the other. Everything but {@link #wake} is guarded by the {@link Audience}.
 */
final class Ear implements Turns.Calls {
  private final Audience audience;
  private final PresenceListener listener;
  private final BuiltIns builtIns;
  private final int maxEvents;
  private final int maxBytes;
  private final Turns turns;

  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private PresenceEvent.@Nullable Type owedSnapshot;
  private boolean closed;

  private record Waiting(PresenceEvent event, int bytes) {}

  Ear(
      Audience audience,
      PresenceListener listener,
      BuiltIns builtIns,
      int maxEvents,
      int maxBytes) {
    this.audience = audience;
    this.listener = listener;
    this.builtIns = builtIns;
    this.maxEvents = maxEvents;
    this.maxBytes = maxBytes;
    this.turns = new Turns(builtIns.callbacks(), audience, this);
  }

  /** Owes the listener a snapshot, in place of all that waits. */
  void oweSnapshot(PresenceEvent.Type type) {
    if (closed) {
      return;
    }
    clear();
    if (owedSnapshot != PresenceEvent.Type.INITIAL) {
      owedSnapshot = type;
    }
  }

  void offer(PresenceEvent event, int bytes) {
    if (closed) {
      return;
    }
    boolean last = event.type() == PresenceEvent.Type.ENDED;
    if (!last && owedSnapshot != null) {
      return; // it will be in the snapshot
    }
    boolean full = waiting.size() >= maxEvents || bytes > maxBytes - waitingBytes;
    if (!last && full && !waiting.isEmpty()) {
      oweSnapshot(PresenceEvent.Type.CAUGHT_UP);
      return;
    }
    waiting.add(new Waiting(event, bytes));
    waitingBytes += bytes;
  }

  PresenceEvent.@Nullable Type takeOwedSnapshot() {
    PresenceEvent.Type owed = owedSnapshot;
    owedSnapshot = null;
    return owed;
  }

  @Nullable PresenceEvent poll() {
    Waiting next = waiting.poll();
    if (next == null) {
      return null;
    }
    waitingBytes -= next.bytes();
    return next.event();
  }

  /** Drops what waits and takes nothing more. */
  void close() {
    closed = true;
    owedSnapshot = null;
    clear();
  }

  private void clear() {
    waiting.clear();
    waitingBytes = 0;
  }

  /** Has the listener told what waits for it. */
  void wake() {
    turns.wake();
  }

  @Override
  public boolean isEmpty() {
    return owedSnapshot == null && waiting.isEmpty();
  }

  @Override
  public @Nullable Runnable next() {
    PresenceEvent event = audience.next(this);
    return event == null ? null : () -> tell(event);
  }

  private void tell(PresenceEvent event) {
    try {
      listener.onPresence(event);
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      builtIns.errors().reportListener(ClientError.Subject.PRESENCE, audience.room(), e);
    }
  }
}
