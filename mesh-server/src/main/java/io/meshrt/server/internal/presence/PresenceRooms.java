// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The rooms that sessions of this node hear of. The first one who takes a room makes the node
 * follow it; it stops some time after the last one released it. Thread-safe.
 */
final class PresenceRooms {
  private final Cluster cluster;
  private final Scheduler scheduler;
  private final Duration linger;

  // Guarded by this.
  private final Map<String, Use> uses = new HashMap<>();

  PresenceRooms(Cluster cluster, Scheduler scheduler, Duration linger) {
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.linger = linger;
  }

  /** The room, followed until it is released once, however its start ends. */
  PresenceRoom take(String name) {
    Use use;
    boolean first;
    synchronized (this) {
      Use known = uses.get(name);
      first = known == null;
      use = known == null ? new Use(new PresenceRoom(name, cluster, scheduler)) : known;
      uses.put(name, use);
      use.users++;
      use.takes++;
    }
    if (first) {
      start(use.room);
    }
    return use.room;
  }

  /** Lets go of a room that was taken. */
  void release(PresenceRoom room) {
    long takes;
    synchronized (this) {
      Use use = uses.get(room.name());
      if (use == null || use.room != room) {
        return;
      }
      use.users--;
      if (use.users > 0) {
        return;
      }
      takes = use.takes;
    }
    scheduler.schedule(() -> closeUnused(room, takes), linger);
  }

  /** How many rooms the node follows. */
  synchronized int count() {
    return uses.size();
  }

  /** What did not start is not given to those who come later. */
  private void start(PresenceRoom room) {
    CompletableFuture<?> unused =
        room.start()
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    forget(room);
                  }
                });
  }

  private void closeUnused(PresenceRoom room, long takes) {
    synchronized (this) {
      Use use = uses.get(room.name());
      if (use == null || use.room != room || use.users > 0 || use.takes != takes) {
        return;
      }
      uses.remove(room.name());
    }
    room.close();
  }

  private synchronized void forget(PresenceRoom room) {
    Use use = uses.get(room.name());
    if (use != null && use.room == room) {
      uses.remove(room.name());
    }
  }

  private static final class Use {
    final PresenceRoom room;
    int users;
    long takes;

    Use(PresenceRoom room) {
      this.room = room;
    }
  }
}
