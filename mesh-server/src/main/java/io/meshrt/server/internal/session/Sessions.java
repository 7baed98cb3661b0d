// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import io.meshrt.core.codec.Welcome;
import io.meshrt.core.protocol.CloseCode;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.metrics.Departure;
import io.meshrt.server.internal.transport.Transport;
import io.meshrt.server.internal.transport.Transport.CloseWhen;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open sessions of this node: opens them, finds them, ends them all. Thread-safe. */
public final class Sessions {
  private static final Logger log = LoggerFactory.getLogger(Sessions.class);

  private final SessionServices services;
  private final RandomGenerator random;
  private final List<SessionListener> listeners;
  private final ConcurrentMap<String, Session> sessions = new ConcurrentHashMap<>();
  private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
  private final Departures departures;

  /** Upgrades under way, which may become sessions. */
  private final AtomicInteger coming = new AtomicInteger();

  private volatile BooleanSupplier persistentRooms = () -> false;
  private volatile boolean draining;

  /**
   * No sessions yet.
   *
   * @param random makes connection ids that cannot be guessed
   */
  public Sessions(SessionServices services, RandomGenerator random) {
    this.services = services;
    this.random = random;
    this.listeners = new CopyOnWriteArrayList<>(services.listeners());
    this.departures = new Departures(this, services);
  }

  /** Adds a listener, behind those there are; before the first session. */
  public void addListener(SessionListener listener) {
    listeners.add(listener);
  }

  /** Says whether clients are told that rooms may be remembered; before the first session. */
  public void announcePersistentRooms(BooleanSupplier mayBe) {
    persistentRooms = mayBe;
  }

  /**
   * Opens a session on a socket that was just accepted: registers it, greets the peer, tells the
   * listeners. On the socket's I/O thread, before anything is read. What this throws has been
   * cleaned up.
   */
  public Session open(
      Transport transport, Dialect dialect, ConnectionFacts facts, @Nullable Identity identity) {
    Session session = register(transport, dialect, facts, identity);
    try {
      session.greet();
    } catch (RuntimeException | Error e) {
      session.cleanUp();
      sessions.remove(session.id(), session);
      throw e;
    }
    services.metrics().connectionOpened();
    tell(listener -> listener.onOpened(session));
    departures.onOpened(session);
    if (draining) {
      closeWhenIdle(session);
    }
    return session;
  }

  /**
   * A session may come, and is waited for by {@link #drain}; {@link #onCame} is due in any case.
   *
   * @return how many there are with those that may come
   */
  public int onComing() {
    return coming.incrementAndGet() + sessions.size();
  }

  /** A session that might come is there, or will not come. */
  public void onCame() {
    coming.decrementAndGet();
    completeIfDrained();
  }

  /** The open session with this id. */
  public Optional<Session> find(String id) {
    return Optional.ofNullable(sessions.get(id));
  }

  /** How many sessions are open. */
  public int count() {
    return sessions.size();
  }

  /** A live view of the open sessions. */
  public Collection<Session> all() {
    return Collections.unmodifiableCollection(sessions.values());
  }

  /** What all sessions of the node share. */
  public SessionServices services() {
    return services;
  }

  /**
   * Lets all sessions go: their turns are spread over the first half of {@code timeout}; after
   * three quarters of it those that are left are ended as by {@link #shutdown}, with what is left
   * of the time. The second time, only waits.
   *
   * @return completes when no session is left, and none comes
   */
  public CompletableFuture<@Nullable Void> drain(Duration timeout) {
    if (departures.begin(timeout.dividedBy(2))) {
      Duration lastQuarter = timeout.dividedBy(4);
      services
          .scheduler()
          .schedule(
              () -> {
                CompletableFuture<?> unused = shutdown(lastQuarter);
              },
              timeout.minus(lastQuarter));
      completeIfDrained();
    }
    return drained.copy();
  }

  /**
   * Ends all sessions with 4001: each as soon as its commands are answered, all after {@code
   * timeout}. New requests are refused meanwhile.
   *
   * @return completes when no session is left
   */
  public CompletableFuture<@Nullable Void> shutdown(Duration timeout) {
    draining = true;
    sessions.values().forEach(this::closeWhenIdle);
    services.scheduler().schedule(() -> sessions.values().forEach(this::cut), timeout);
    completeIfDrained();
    return drained.copy();
  }

  boolean isDraining() {
    return draining;
  }

  /**
   * Closes a session of a node that shuts down, unless a command of it runs, waits or is held back.
   */
  void closeWhenIdle(Session session) {
    // Behind what is being read: a command among it may not have been counted yet.
    session.onLoop(
        () -> {
          if (session.isOpen() && session.starts().isIdle() && !session.isReadingPaused()) {
            services.metrics().departed(Departure.CLOSED);
            session.close(
                CloseCode.SHUTDOWN, "the server is shutting down", CloseWhen.AFTER_PENDING);
          }
        });
  }

  private void cut(Session session) {
    if (session.isOpen()) {
      services.metrics().departed(Departure.CUT);
    }
    session.close(CloseCode.SHUTDOWN, "the server shuts down", CloseWhen.NOW);
  }

  /** It has one thing less to do. */
  void onMaybeIdle(Session session) {
    if (draining || departures.isLeaving(session)) {
      closeWhenIdle(session);
    }
  }

  void onIdentified(Session session, Identity identity) {
    tell(listener -> listener.onIdentified(session, identity));
  }

  void onHeard(Session session) {
    tell(listener -> listener.onHeard(session));
  }

  void onPong(Session session) {
    tell(listener -> listener.onPong(session));
  }

  /** Called once for each session, when nothing of it is left but this entry. */
  void onClosed(Session session, int code, String reason, boolean byPeer) {
    sessions.remove(session.id(), session);
    services.metrics().connectionClosed(code);
    departures.onClosed(session, byPeer);
    tell(listener -> listener.onClosed(session, code, reason, byPeer));
    completeIfDrained();
  }

  Welcome welcome(String connectionId, @Nullable String identityId) {
    CommandLimits limits = services.commandLimits();
    return new Welcome(
        connectionId,
        services.nodeId(),
        services.heartbeat().pingInterval().toMillis(),
        services.heartbeat().maxMissedPongs(),
        services.connectionLimits().maxMessageBytes(),
        limits.maxRunning(),
        limits.maxWaiting(),
        limits.maxWaitingBytes(),
        services.scheduler().currentTimeMillis(),
        identityId,
        persistentRooms.getAsBoolean());
  }

  private Session register(
      Transport transport, Dialect dialect, ConnectionFacts facts, @Nullable Identity identity) {
    while (true) {
      String id =
          services.nodeId() + "-" + Long.toUnsignedString(random.nextLong(), Character.MAX_RADIX);
      Session session = new Session(this, id, facts, transport, dialect, identity);
      if (sessions.putIfAbsent(id, session) == null) {
        return session;
      }
    }
  }

  private void completeIfDrained() {
    boolean noneComes = draining || (departures.haveBegun() && coming.get() == 0);
    if (noneComes && sessions.isEmpty()) {
      draining = true;
      drained.complete(null);
    }
  }

  private void tell(Consumer<SessionListener> event) {
    for (SessionListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (Throwable e) {
        log.error("a session listener failed", e);
      }
    }
  }
}
