// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hook;

import io.meshrt.server.hook.Hooks;
import io.meshrt.server.internal.session.Session;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What observers are still to be told about one connection, or about none, one event after the
 * other. Guarded by itself.
 */
final class Line implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Observers.class);

  private final @Nullable Session session;
  private final Iterable<Observer> observers;
  private final int maxEvents;
  private final int maxBytes;
  private final Observers owner;
  private final ArrayDeque<Item> waiting = new ArrayDeque<>(2);
  private int events;
  private int bytes;
  private boolean telling;
  private boolean identified;

  /**
   * Something to be told.
   *
   * @param bytes 0 for what is told whatever waits already
   */
  private record Item(Event event, Consumer<Hooks> call, int bytes) {}

  Line(
      @Nullable Session session,
      Iterable<Observer> observers,
      int maxEvents,
      int maxBytes,
      Observers owner) {
    this.session = session;
    this.observers = observers;
    this.maxEvents = maxEvents;
    this.maxBytes = maxBytes;
    this.owner = owner;
  }

  /** For a session that opens, and those who observe it from the beginning. */
  static Line of(Session session, List<Observer> observers, Observers owner) {
    return new Line(session, observers, Observers.MAX_WAITING, Observers.MAX_WAITING_BYTES, owner);
  }

  /** Whether this is the first time that the session has an identity. */
  synchronized boolean identify() {
    boolean first = !identified;
    identified = true;
    return first;
  }

  /** Tells an event whatever waits already: for those that are few. */
  void tell(Event event, Consumer<Hooks> call) {
    start(new Item(event, call, 0), true);
  }

  /** Tells an event, or drops it when too many wait. */
  void offer(Event event, Consumer<Hooks> call, int size) {
    if (!start(new Item(event, call, size + 1), false)) {
      owner.onDropped();
    }
  }

  private boolean start(Item item, boolean always) {
    boolean idle;
    synchronized (this) {
      if (!always && (events == maxEvents || (events > 0 && bytes + item.bytes() > maxBytes))) {
        return false;
      }
      waiting.add(item);
      if (item.bytes() > 0) {
        events++;
        bytes += item.bytes();
      }
      idle = !telling;
      telling = true;
    }
    if (idle) {
      owner.execute(this);
    }
    return true;
  }

  @Override
  public void run() {
    for (Item item = next(); item != null; item = next()) {
      for (Observer observer : observers) {
        if (!observer.closed && observer.events.contains(item.event())) {
          tell(observer, item);
        }
      }
    }
  }

  private synchronized @Nullable Item next() {
    Item item = waiting.poll();
    telling = item != null;
    if (item != null && item.bytes() > 0) {
      events--;
      bytes -= item.bytes();
    }
    return item;
  }

  private void tell(Observer observer, Item item) {
    try {
      item.call().accept(observer.hooks);
    } catch (Throwable e) {
      owner.onFailed();
      log.error("{}: a hook failed", name(), e);
      if (item.event() != Event.ERROR) {
        report(e);
      }
    }
  }

  private void report(Throwable error) {
    for (Observer observer : observers) {
      if (!observer.closed) {
        try {
          observer.hooks.onError(error, session);
        } catch (Throwable e) {
          owner.onFailed();
          log.error("{}: a hook for errors failed", name(), e);
        }
      }
    }
  }

  private String name() {
    return session == null ? "-" : session.id();
  }
}
