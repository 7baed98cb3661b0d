// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.presence;

import io.meshrt.client.internal.dialect.PresenceUpdate;
import io.meshrt.client.internal.dialect.Present;
import io.meshrt.client.presence.PresenceEvent;
import io.meshrt.client.presence.PresentMember;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The list of one room and those who are told of it. Thread-safe: one lock for the list and what
 * waits for each listener, so that a snapshot and the changes after it fit; it is held for these
 * only, never while a listener runs.
 */
final class Audience {
  private final String room;

  // Guarded by this.
  private final MemberList list = new MemberList();
  private final List<Ear> ears = new ArrayList<>();

  Audience(String room) {
    this.room = room;
  }

  String room() {
    return room;
  }

  /** A snapshot has been asked for; changes are kept until it comes. */
  synchronized void awaitSnapshot() {
    list.awaitSnapshot();
  }

  /** A snapshot came; whoever listens gets it. */
  void onSnapshot(Present snapshot) {
    List<Ear> told;
    synchronized (this) {
      list.onSnapshot(snapshot);
      told = List.copyOf(ears);
      told.forEach(ear -> ear.oweSnapshot(PresenceEvent.Type.RESTORED));
    }
    told.forEach(Ear::wake);
  }

  /** A change came; {@code bytes} is what it counts for while it waits. */
  void onUpdate(PresenceUpdate update, int bytes) {
    List<Ear> told;
    synchronized (this) {
      if (!list.onUpdate(update)) {
        return;
      }
      told = List.copyOf(ears);
      PresenceEvent event = event(update);
      told.forEach(ear -> ear.offer(event, bytes));
    }
    told.forEach(Ear::wake);
  }

  /** A listener more, which gets a snapshot first. */
  void add(Ear ear) {
    synchronized (this) {
      ears.add(ear);
      ear.oweSnapshot(PresenceEvent.Type.INITIAL);
    }
    ear.wake();
  }

  synchronized void remove(Ear ear) {
    ears.remove(ear);
    ear.close();
  }

  /** Tells a listener nothing more; it is still to be removed. */
  synchronized void silence(Ear ear) {
    ear.close();
  }

  /** Tells all that this was it, and lets go of them. */
  void end() {
    List<Ear> told;
    synchronized (this) {
      told = List.copyOf(ears);
      ears.clear();
      PresenceEvent last = event(PresenceEvent.Type.ENDED, List.of());
      told.forEach(ear -> ear.offer(last, 0));
    }
    told.forEach(Ear::wake);
  }

  synchronized boolean isEmpty() {
    return ears.isEmpty();
  }

  synchronized List<PresentMember> members() {
    return list.copy();
  }

  /** What a listener is to be told next; null when it knows everything. */
  synchronized @Nullable PresenceEvent next(Ear ear) {
    PresenceEvent.Type snapshot = ear.takeOwedSnapshot();
    return snapshot == null ? ear.poll() : event(snapshot, list.copy());
  }

  private PresenceEvent event(PresenceEvent.Type type, List<PresentMember> members) {
    return new PresenceEvent(type, room, members, "", Optional.empty(), Optional.empty());
  }

  private PresenceEvent event(PresenceUpdate update) {
    PresenceEvent.Type type =
        switch (update.type()) {
          case JOIN -> PresenceEvent.Type.JOINED;
          case LEAVE -> PresenceEvent.Type.LEFT;
          case STATE -> PresenceEvent.Type.STATE;
        };
    long millis = update.timestampMillis();
    return new PresenceEvent(
        type,
        room,
        List.of(),
        update.connectionId(),
        Optional.ofNullable(update.state()),
        millis < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis)));
  }
}
