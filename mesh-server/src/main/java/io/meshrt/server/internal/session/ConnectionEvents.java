// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import io.meshrt.server.connection.ConnectionListener;
import io.meshrt.server.internal.execution.HandlerThreads;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the application's listeners about connections, on handler threads, for one connection one
 * event after the other. A listener hears of the connections that open after it was added, and of
 * each of those to the end. Thread-safe.
 */
public final class ConnectionEvents implements SessionListener {
  private static final Logger log = LoggerFactory.getLogger(ConnectionEvents.class);

  /** Errors of one connection that wait for its listeners; more are dropped. */
  private static final int MAX_WAITING_ERRORS = 64;

  private final HandlerThreads threads;
  private final CopyOnWriteArrayList<Registration> registrations = new CopyOnWriteArrayList<>();
  private final ConcurrentMap<Session, Events> events = new ConcurrentHashMap<>();

  /** Nobody listens yet. */
  public ConnectionEvents(HandlerThreads threads) {
    this.threads = threads;
  }

  /** Adds a listener until the result is closed, which may be done more than once. */
  public Registration add(ConnectionListener listener) {
    Registration registration = new Registration(listener);
    registrations.add(registration);
    return registration;
  }

  @Override
  public void onOpened(Session session) {
    List<Registration> listeners = List.copyOf(registrations);
    if (!listeners.isEmpty()) {
      Events ofSession = new Events(session, listeners);
      events.put(session, ofSession);
      ofSession.add(listener -> listener.onConnect(session));
    }
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    Events ofSession = events.remove(session);
    if (ofSession != null) {
      ofSession.addLast(listener -> listener.onDisconnect(session, code, reason));
    }
  }

  /** Something of this connection failed without ending it. Any thread. */
  public void onError(Session session, Throwable error) {
    Events ofSession = events.get(session);
    if (ofSession != null) {
      ofSession.addError(listener -> listener.onError(session, error));
    }
  }

  /** A listener that was added. */
  public final class Registration implements AutoCloseable {
    private final ConnectionListener listener;
    private volatile boolean closed;

    private Registration(ConnectionListener listener) {
      this.listener = listener;
    }

    /** Tells the listener nothing more. */
    @Override
    public void close() {
      closed = true;
      registrations.remove(this);
    }
  }

  /** What is still to be told about one connection. Guarded by itself. */
  private final class Events implements Runnable {
    private final Session session;
    private final List<Registration> listeners;
    private final ArrayDeque<Consumer<ConnectionListener>> waiting = new ArrayDeque<>(2);
    private boolean telling;
    private boolean ended;

    Events(Session session, List<Registration> listeners) {
      this.session = session;
      this.listeners = listeners;
    }

    void add(Consumer<ConnectionListener> event) {
      boolean start;
      synchronized (this) {
        start = !ended && enqueue(event);
      }
      startIf(start);
    }

    void addLast(Consumer<ConnectionListener> event) {
      boolean start;
      synchronized (this) {
        start = enqueue(event);
        ended = true;
      }
      startIf(start);
    }

    void addError(Consumer<ConnectionListener> event) {
      boolean start;
      synchronized (this) {
        start = !ended && waiting.size() < MAX_WAITING_ERRORS && enqueue(event);
      }
      startIf(start);
    }

    private boolean enqueue(Consumer<ConnectionListener> event) {
      waiting.add(event);
      boolean idle = !telling;
      telling = true;
      return idle;
    }

    private void startIf(boolean start) {
      if (start) {
        threads.execute(this);
      }
    }

    @Override
    public void run() {
      Consumer<ConnectionListener> event = next();
      while (event != null) {
        for (Registration registration : listeners) {
          tell(registration, event);
        }
        event = next();
      }
    }

    private synchronized @Nullable Consumer<ConnectionListener> next() {
      telling = !waiting.isEmpty();
      return waiting.poll();
    }

    private void tell(Registration registration, Consumer<ConnectionListener> event) {
      if (registration.closed) {
        return;
      }
      try {
        event.accept(registration.listener);
      } catch (Throwable e) {
        log.error("{}: a connection listener failed", session.id(), e);
      }
    }
  }
}
