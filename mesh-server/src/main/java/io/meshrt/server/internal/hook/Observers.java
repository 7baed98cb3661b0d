// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hook;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.hook.Hooks;
import io.meshrt.server.hook.ObservedMessage;
import io.meshrt.server.hook.SentMessage;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.message.SendObserver;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.session.RequestHandler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells observers what happens on this node, on handler threads, for one connection one event after
 * the other. An observer hears of the connections that open after it was added. Thread-safe, never
 * blocks; what nobody observes costs one look.
 */
public final class Observers implements SessionListener, SendObserver {
  /** Messages of one connection that wait, and the bytes of their payloads. */
  static final int MAX_WAITING = 256;

  static final int MAX_WAITING_BYTES = 1 << 20;
  private static final int MAX_WAITING_OTHERS = 4_096;
  private static final int MAX_WAITING_OTHERS_BYTES = 8 << 20;
  private static final Logger log = LoggerFactory.getLogger(Observers.class);

  private final HandlerThreads threads;
  private final JsonValues json;
  private final ServerMetrics metrics;
  private final CopyOnWriteArrayList<Observer> observers = new CopyOnWriteArrayList<>();
  private final ConcurrentMap<Session, Line> lines = new ConcurrentHashMap<>();
  private final Line others;
  private final AtomicBoolean warned = new AtomicBoolean();
  private volatile Set<Event> observed = Set.of();
  private volatile Function<Set<String>, CompletableFuture<Set<String>>> online =
      CompletableFuture::completedFuture;

  /** Nobody observes. */
  public Observers(HandlerThreads threads, JsonValues json, ServerMetrics metrics) {
    this.threads = threads;
    this.json = json;
    this.metrics = metrics;
    this.others = new Line(null, observers, MAX_WAITING_OTHERS, MAX_WAITING_OTHERS_BYTES, this);
  }

  /** Says who knows which of some identities are online; before anything is sent. */
  public void askOnline(Function<Set<String>, CompletableFuture<Set<String>>> question) {
    online = question;
  }

  /** Adds an observer; the result removes it. */
  public Runnable add(Hooks hooks) {
    Observer observer = new Observer(Objects.requireNonNull(hooks, "hooks"));
    observers.add(observer);
    changeObserved();
    return () -> {
      observer.closed = true;
      observers.remove(observer);
      changeObserved();
    };
  }

  private synchronized void changeObserved() {
    Set<Event> events = EnumSet.noneOf(Event.class);
    observers.forEach(observer -> events.addAll(observer.events));
    observed = Collections.unmodifiableSet(events);
  }

  /** The same handler, observed. */
  public RequestHandler observe(RequestHandler handler) {
    return (session, request) -> {
      if (observed.contains(Event.RECEIVE) && !request.builtIn()) {
        onReceived(session, request);
      }
      handler.onRequest(session, request);
    };
  }

  private void onReceived(Session session, Request request) {
    Line line = lines.get(session);
    if (line != null) {
      Received message = new Received(request.name(), request.payload(), json);
      line.offer(
          Event.RECEIVE, hooks -> hooks.onReceive(message, session), request.payload().length());
    }
  }

  @Override
  public void onOpened(Session session) {
    List<Observer> present = List.copyOf(observers);
    if (!present.isEmpty()) {
      Line line = Line.of(session, present, this);
      lines.put(session, line);
      line.tell(Event.CONNECT, hooks -> hooks.onConnect(session));
      if (session.identity().isPresent() && line.identify()) {
        line.tell(Event.AUTHENTICATE, hooks -> hooks.onAuthenticate(session, true));
      }
    }
  }

  @Override
  public void onIdentified(Session session, Identity identity) {
    Line line = lines.get(session);
    if (line != null) {
      boolean first = line.identify();
      line.tell(Event.AUTHENTICATE, hooks -> hooks.onAuthenticate(session, first));
    }
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    Line line = lines.remove(session);
    if (line != null) {
      line.tell(Event.DISCONNECT, hooks -> hooks.onDisconnect(session, code, reason));
    }
  }

  @Override
  public boolean isListening() {
    Set<Event> events = observed;
    return events.contains(Event.SEND) || events.contains(Event.UNDELIVERABLE);
  }

  @Override
  public void onSent(SentMessage message, int bytes) {
    offer(Event.SEND, hooks -> hooks.onSend(message), bytes);
    if (observed.contains(Event.UNDELIVERABLE)
        && message.target() == SentMessage.Target.IDENTITIES
        && !message.kept()
        && !message.ids().isEmpty()) {
      CompletableFuture<?> unused =
          online
              .apply(message.ids())
              .thenAccept(
                  there -> {
                    Set<String> missing = new HashSet<>(message.ids());
                    missing.removeAll(there);
                    if (!missing.isEmpty()) {
                      onUndeliverable(message, missing, bytes);
                    }
                  });
    }
  }

  /** Nobody was there for a message to identities. */
  private void onUndeliverable(SentMessage message, Set<String> ids, int bytes) {
    Set<String> copy = Set.copyOf(ids);
    offer(Event.UNDELIVERABLE, hooks -> hooks.onUndeliverable(message, copy), bytes);
  }

  /** So many messages that were kept are now sent to a session. */
  public void onReplay(int count, Session session) {
    Line line = observed.contains(Event.REPLAY) ? lines.get(session) : null;
    if (line != null) {
      line.offer(Event.REPLAY, hooks -> hooks.onReplay(count, session), 0);
    }
  }

  /** A session is in a room, or no more. */
  public void onRoom(Session session, String room, boolean joined) {
    tellRoom(
        joined ? Event.ROOM_JOIN : Event.ROOM_LEAVE,
        session,
        hooks -> {
          if (joined) {
            hooks.onRoomJoin(session, room);
          } else {
            hooks.onRoomLeave(session, room);
          }
        },
        room.length());
  }

  /** A session that closes is in a room no more: told whatever waits, as its rooms are bounded. */
  public void onRoomEnd(Session session, String room) {
    Line line = observed.contains(Event.ROOM_LEAVE) ? lines.get(session) : null;
    if (line != null) {
      line.tell(Event.ROOM_LEAVE, hooks -> hooks.onRoomLeave(session, room));
    }
  }

  /** A guard refused a room that was remembered. */
  public void onRoomRefused(Session session, String room) {
    tellRoom(
        Event.ROOM_REFUSED, session, hooks -> hooks.onRoomRefused(session, room), room.length());
  }

  /** A session sent something to a room. */
  public void onRoomMessage(Session session, String room, RawJson payload) {
    Received message = new Received(room, payload, json);
    tellRoom(
        Event.ROOM_MESSAGE,
        session,
        hooks -> hooks.onRoomMessage(message, session),
        payload.length());
  }

  private void tellRoom(Event event, Session session, Consumer<Hooks> call, int bytes) {
    Line line = observed.contains(event) ? lines.get(session) : null;
    if (line != null) {
      line.offer(event, call, bytes);
    }
  }

  /** A worker joined. */
  public void onWorkerJoin(String id) {
    offer(Event.WORKER_JOIN, hooks -> hooks.onWorkerJoin(id), 0);
  }

  /** A worker left. */
  public void onWorkerLeave(String id) {
    offer(Event.WORKER_LEAVE, hooks -> hooks.onWorkerLeave(id), 0);
  }

  /** Something of a session failed without ending it. */
  public void onError(Session session, Throwable error) {
    Line line = observed.contains(Event.ERROR) ? lines.get(session) : null;
    if (line != null) {
      line.offer(Event.ERROR, hooks -> hooks.onError(error, session), 0);
    }
  }

  /** Something failed that belongs to no session. */
  public void onError(Throwable error) {
    offer(Event.ERROR, hooks -> hooks.onError(error, null), 0);
  }

  private void offer(Event event, Consumer<Hooks> call, int bytes) {
    if (observed.contains(event)) {
      others.offer(event, call, bytes);
    }
  }

  void execute(Runnable task) {
    threads.execute(task);
  }

  void onFailed() {
    metrics.hookFailed();
  }

  void onDropped() {
    metrics.hookDropped();
    if (warned.compareAndSet(false, true)) {
      log.warn("observers are slower than what happens: some events are not told");
    }
  }

  private record Received(String name, RawJson raw, JsonValues json) implements ObservedMessage {
    @Override
    public JsonNode payload() {
      return json.tree(raw);
    }
  }
}
