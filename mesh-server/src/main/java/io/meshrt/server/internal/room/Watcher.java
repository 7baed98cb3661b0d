// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.room.RoomEvent;
import io.meshrt.server.room.RoomWatch;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an application's listener of joins and leaves of one room, one after the other on handler
 * threads. For a listener that does not keep up, what waits is dropped and told from what changed.
 */
final class Watcher implements RoomMirror.Listener, RoomWatch {
  static final int MAX_WAITING = 4_096;

  private static final Logger log = LoggerFactory.getLogger(Watcher.class);

  /** So many events, then the thread makes room for others. */
  private static final int EVENTS_PER_TURN = 64;

  private final String room;
  private final Consumer<? super RoomEvent> listener;
  private final HandlerThreads threads;
  private final Runnable onClosed;
  private final RoomMirror mirror;

  // Guarded by this.
  private final ArrayDeque<RoomEvent> waiting = new ArrayDeque<>();
  private final Set<String> told = new HashSet<>();
  private boolean telling;
  private boolean behind;
  private boolean closed;

  Watcher(
      Cluster cluster,
      Scheduler scheduler,
      HandlerThreads threads,
      String room,
      Consumer<? super RoomEvent> listener,
      Consumer<Watcher> onClosed) {
    this.room = room;
    this.listener = listener;
    this.threads = threads;
    this.onClosed = () -> onClosed.accept(this);
    this.mirror = new RoomMirror(cluster, scheduler, room, this);
  }

  /** Completes when every later event will be told. */
  CompletableFuture<RoomWatch> start() {
    CompletableFuture<RoomWatch> watching = new CompletableFuture<>();
    CompletableFuture<?> unused =
        mirror
            .start()
            .whenComplete(
                (started, failure) -> {
                  if (failure == null) {
                    mirror.with(members -> begin(members, watching));
                  } else {
                    close();
                    watching.completeExceptionally(failure);
                  }
                });
    return watching;
  }

  private void begin(Map<String, Member> members, CompletableFuture<RoomWatch> watching) {
    synchronized (this) {
      told.addAll(members.keySet());
    }
    watching.complete(this);
  }

  @Override
  public void onJoined(Member member) {
    add(new RoomEvent(RoomEvent.Type.JOINED, room, member.id()));
  }

  @Override
  public void onLeft(Member member) {
    add(new RoomEvent(RoomEvent.Type.LEFT, room, member.id()));
  }

  @Override
  public void onChanged(Member before, Member after) {}

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      waiting.clear();
      told.clear();
    }
    mirror.close();
    onClosed.run();
  }

  /** Whether more waited than may; what changed is told when the listener can hear it. */
  synchronized boolean isBehind() {
    return behind;
  }

  private void add(RoomEvent event) {
    synchronized (this) {
      if (closed || behind) {
        return;
      }
      if (waiting.size() < MAX_WAITING) {
        waiting.add(event);
      } else {
        waiting.clear();
        behind = true;
      }
      if (telling) {
        return;
      }
      telling = true;
    }
    threads.execute(this::tell);
  }

  private void tell() {
    for (int i = 0; i < EVENTS_PER_TURN; i++) {
      RoomEvent event = next();
      if (event == null) {
        return;
      }
      try {
        listener.accept(event);
      } catch (Throwable e) {
        log.error("a listener to the events of a room failed", e);
      } finally {
        // Left behind, it would break the next task of this thread.
        Thread.interrupted();
      }
    }
    threads.execute(this::tell);
  }

  private @Nullable RoomEvent next() {
    synchronized (this) {
      RoomEvent event = waiting.poll();
      if (event != null) {
        note(event);
        return event;
      }
      if (!behind) {
        telling = false;
        return null;
      }
    }
    mirror.with(this::compare);
    return null;
  }

  private void note(RoomEvent event) {
    switch (event.type()) {
      case JOINED -> told.add(event.connectionId());
      case LEFT -> told.remove(event.connectionId());
    }
  }

  /** Finds what has still to be told; what comes later is heard by this listener again. */
  private void compare(Map<String, Member> members) {
    synchronized (this) {
      behind = false;
      if (closed) {
        return;
      }
      for (String id : told) {
        if (!members.containsKey(id)) {
          waiting.add(new RoomEvent(RoomEvent.Type.LEFT, room, id));
        }
      }
      for (String id : members.keySet()) {
        if (!told.contains(id)) {
          waiting.add(new RoomEvent(RoomEvent.Type.JOINED, room, id));
        }
      }
    }
    threads.execute(this::tell);
  }
}
