// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.metrics.RoomMeter;
import io.meshrt.server.internal.roster.Roster;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.room.PersistentRoomOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Remembers in which rooms the sessions of this node are, and restores what is remembered for their
 * keys. Thread-safe, never blocks. Nothing is persistent until said so.
 */
public final class MembershipFeature implements SessionListener {
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Exposures<Boolean> persistent;
  private final MembershipDesk desk;
  private final Tools tools;
  private final ConcurrentMap<Session, Visitor> visitors = new ConcurrentHashMap<>();
  private final ConcurrentMap<Key, Holder> holders = new ConcurrentHashMap<>();
  private final Lookups lookups = new Lookups();
  private volatile int patterns;

  /**
   * What those who do the work share.
   *
   * @param persistence whether a room is persistent
   * @param rooms those that clients may join
   * @param isTaken whether the session of a visitor that has ended holds a room for its next key
   */
  record Tools(
      KeptRooms kept,
      Topics topics,
      Roster roster,
      Exposures<Boolean> rooms,
      Predicate<String> persistence,
      BiConsumer<Session, String> onRefused,
      BiPredicate<Visitor, String> isTaken,
      Scheduler scheduler,
      RoomMeter metrics) {
    boolean isPersistent(String room) {
      return persistence.test(room);
    }
  }

  /**
   * What it needs of its node.
   *
   * @param guards of the server
   * @param onRefused told of each room that a guard refused when it was to be restored; does not
   *     block
   */
  public record Neighbours(
      Cluster cluster, Roster roster, Guards guards, BiConsumer<Session, String> onRefused) {}

  /**
   * Nobody is here.
   *
   * @param rooms those that clients may join
   */
  public MembershipFeature(
      PersistentRoomOptions options,
      Neighbours neighbours,
      Exposures<Boolean> rooms,
      SessionServices services) {
    Cluster cluster = neighbours.cluster();
    this.persistent = new Exposures<>(neighbours.guards());
    this.desk =
        new MembershipDesk(
            cluster, options, services.scheduler(), services.threads(), services.metrics());
    this.tools =
        new Tools(
            desk.kept(),
            cluster.topics(),
            neighbours.roster(),
            rooms,
            this::isPersistent,
            neighbours.onRefused(),
            this::isTaken,
            services.scheduler(),
            services.metrics().rooms());
  }

  /** Memberships of identities that need not be here. */
  public MembershipDesk desk() {
    return desk;
  }

  /** Has memberships in the rooms whose whole names match remembered; the result ends that. */
  public Runnable persist(Pattern rooms) {
    Runnable end = persistent.expose(rooms, null, true);
    synchronized (this) {
      patterns++;
    }
    return end;
  }

  /** Whether anything was ever said to be persistent. */
  public boolean isInUse() {
    return patterns > 0;
  }

  /** Whether memberships of a room are remembered. */
  public boolean isPersistent(String room) {
    return isInUse() && persistent.settings(room).isPresent();
  }

  /** Whether a text can be a token. */
  public static boolean isToken(String text) {
    return Key.isToken(text);
  }

  /** In how many rooms a session is because they are remembered. */
  public int count(Session session) {
    Visitor visitor = visitors.get(session);
    return visitor == null ? 0 : visitor.count();
  }

  /**
   * Makes a session a member, to be remembered; the room may be joined and is persistent. Fails
   * while a token that the session has shown cannot be looked for.
   *
   * @return the token that was issued for it, if one was
   */
  public CompletableFuture<Optional<String>> join(Session session, String room) {
    Visitor known = visitor(session);
    CompletableFuture<?> lookup = known == null ? lookups.of(session) : null;
    if (lookup != null) {
      return lookup.thenCompose(taken -> join(session, room));
    }
    Visitor visitor = known == null ? enterWithToken(session) : known;
    if (visitor == null) {
      return gone();
    }
    return holder(visitor)
        .listen()
        .thenCompose(on -> visitor.join(room))
        .thenApply(in -> visitor.token());
  }

  private @Nullable Visitor enterWithToken(Session session) {
    String token = Key.newToken();
    Visitor visitor = enter(session, Key.ofToken(token), token);
    if (visitor != null && visitor.token().filter(token::equals).isPresent()) {
      visitor.begin(Set.of());
    }
    return visitor;
  }

  /**
   * Takes a session out of a room that may be remembered; empty when nothing can be: the caller has
   * to do it.
   *
   * @param here whether its other connections stay
   */
  public Optional<CompletableFuture<?>> leave(Session session, String room, boolean here) {
    Visitor visitor = isInUse() ? visitor(session) : null;
    return visitor == null || !(visitor.holds(room) || isPersistent(room))
        ? Optional.empty()
        : Optional.of(visitor.leave(room, here));
  }

  /**
   * Restores what is remembered.
   *
   * @param token of a session without an identity, if it has one; else ignored
   */
  public CompletableFuture<Restored> restore(Session session, Optional<String> token) {
    if (!isInUse()) {
      return CompletableFuture.completedFuture(
          Restored.nothing(true)); // other nodes may know the token
    }
    Visitor visitor = visitor(session);
    if (visitor != null) {
      return restore(visitor);
    }
    if (token.isEmpty()) {
      lookups.forget(session);
      return CompletableFuture.completedFuture(Restored.nothing(false));
    }
    Key key = Key.ofToken(token.get());
    return lookups
        .of(
            session,
            tools.kept().read(key),
            found -> Optional.ofNullable(take(session, key, found)))
        .thenCompose(
            entered ->
                entered.isEmpty()
                    ? CompletableFuture.completedFuture(Restored.nothing(false))
                    : restore(entered.get()));
  }

  /** A token that was not issued, or has expired, is not taken. */
  private @Nullable Visitor take(Session session, Key key, Optional<Kept> found) {
    return found.isEmpty() ? null : enter(session, key, null);
  }

  /**
   * Restores what is remembered for a session's identity, else under a name of a foreign protocol;
   * anew if that was done before.
   */
  public CompletableFuture<?> restoreForeign(Session session, Optional<String> name) {
    Visitor known = isInUse() ? visitor(session) : null;
    Key key =
        session.identity().isPresent()
            ? null
            : name.filter(some -> isInUse()).map(Key::ofThinWs).orElse(null);
    Visitor visitor = key == null ? known : enter(session, key, null);
    return visitor == null
        ? CompletableFuture.completedFuture(null)
        : holder(visitor).synchronise();
  }

  /** Whether rooms of a session can be remembered now, without a token. */
  public boolean hasKey(Session session) {
    return isInUse() && visitor(session) != null;
  }

  /** Leaves the rooms a session is in because they are remembered, and forgets none. */
  public CompletableFuture<?> suspend(Session session) {
    Visitor visitor = visitors.remove(session);
    if (visitor == null) {
      return CompletableFuture.completedFuture(null);
    }
    exit(visitor);
    return visitor.leaveAll();
  }

  private CompletableFuture<Restored> restore(Visitor visitor) {
    return ready(visitor)
        .thenApply(
            done -> {
              Set<String> rooms = visitor.held();
              return new Restored(rooms, visitor.takeRefused(), true, () -> visitor.begin(rooms));
            });
  }

  private CompletableFuture<?> ready(Visitor visitor) {
    return visitor.isSynchronised()
        ? CompletableFuture.completedFuture(null)
        : holder(visitor).synchronise();
  }

  /** Completes when what is remembered for a session's identity is restored, or cannot be now. */
  public CompletableFuture<?> settled(Session session) {
    Visitor visitor = isInUse() ? visitor(session) : null;
    return visitor == null
        ? CompletableFuture.completedFuture(null)
        : ready(visitor).handle((done, failure) -> null);
  }

  @Override
  public void onOpened(Session session) {
    session.identity().ifPresent(identity -> onIdentified(session, identity));
  }

  @Override
  public void onIdentified(Session session, Identity identity) {
    if (!isInUse()) {
      return;
    }
    Visitor before = visitors.get(session);
    Visitor now = visitor(session);
    if (now != null && now != before) {
      synchronise(now);
    }
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    lookups.forget(session);
    Visitor visitor = visitors.remove(session);
    if (visitor != null) {
      exit(visitor);
    }
  }

  /** That of a session with the key it ought to have by now; null when it has none. */
  private @Nullable Visitor visitor(Session session) {
    Visitor there = visitors.get(session);
    Identity identity = session.identity().orElse(null);
    if (identity == null) {
      return there;
    }
    Key key = Key.ofIdentity(identity.id());
    if (there != null && there.key().equals(key)) {
      return there;
    }
    return enter(session, key, null);
  }

  /** Null when the session has closed; what it has by now if that is to stay. */
  private @Nullable Visitor enter(Session session, Key key, @Nullable String token) {
    Visitor visitor = new Visitor(session, key, token, tools, this::synchronise);
    Visitor[] before = new Visitor[1];
    Visitor entered =
        visitors.compute(
            session,
            (same, there) -> {
              if (there != null && (token != null || !isNewer(session, key, there.key()))) {
                return there;
              }
              before[0] = there;
              holders.compute(
                  key,
                  (name, known) -> {
                    Holder holder = known == null ? new Holder(key, tools) : known;
                    holder.add(visitor);
                    return holder;
                  });
              return visitor;
            });
    if (before[0] != null) {
      exit(before[0]);
      CompletableFuture<?> unused = before[0].leaveAll();
    }
    if (!session.isOpen() && visitors.remove(session, entered)) {
      exit(entered); // its end may have been told before
      return null;
    }
    return entered;
  }

  /** An identity comes in place of a token, whichever was asked for first. */
  private static boolean isNewer(Session session, Key key, Key there) {
    Identity identity = session.identity().orElse(null);
    return !key.equals(there) && (identity == null || key.equals(Key.ofIdentity(identity.id())));
  }

  private boolean isTaken(Visitor before, String room) {
    Visitor now = visitors.get(before.session());
    return now != null && now != before && now.holds(room);
  }

  /** Not the same for all: what failed for many is not to be tried by all at once. */
  static Duration retryDelay() {
    long half = RETRY.toMillis() / 2;
    return Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(half + 1));
  }

  private void synchronise(Visitor visitor) {
    CompletableFuture<?> unused = holder(visitor).synchronise();
  }

  private void exit(Visitor visitor) {
    holders.computeIfPresent(
        visitor.key(),
        (key, holder) -> {
          if (holder.remove(visitor)) {
            holder.close();
            return null;
          }
          return holder;
        });
  }

  /** One that nobody has any more is as good for who is going. */
  private Holder holder(Visitor visitor) {
    Holder holder = holders.get(visitor.key());
    if (holder != null) {
      return holder;
    }
    Holder lost = new Holder(visitor.key(), tools);
    lost.close();
    return lost;
  }

  private static <T> CompletableFuture<T> gone() {
    return CompletableFuture.failedFuture(
        CommandException.notFound("There is no such connection."));
  }

  /** How many keys sessions of this node have. */
  int keys() {
    return holders.size();
  }
}
