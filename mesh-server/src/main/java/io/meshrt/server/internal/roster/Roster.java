// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.roster;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.ClusterListener;
import io.meshrt.server.internal.cluster.Health;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.execution.Repairs;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the cluster's groups in step with this node's open sessions: registers each connection,
 * makes them members of groups, and takes them out when they close, whatever the cluster does
 * meanwhile. Thread-safe, never blocks.
 *
 * <p>What concerns one session happens in the order of the calls. A change that fails fails for its
 * caller, and the roster goes on until the cluster holds what the caller was told. After a lost
 * lease every session is registered and joined again, with the values it had.
 */
public final class Roster implements SessionListener, ClusterListener {
  /** Of the registrations, around which nothing is to be done. */
  private static final GroupKind PLAIN = new PlainKind();

  private final Cluster cluster;
  private final Seat.Table table;
  private final Map<String, GroupKind> kinds = new ConcurrentHashMap<>();
  private final ConcurrentMap<Session, Seat> seats = new ConcurrentHashMap<>();

  /** Groups whose recheck waits for its turn. */
  private final Set<Topic> rechecks = ConcurrentHashMap.newKeySet();

  /** Nobody is registered. */
  public Roster(Cluster cluster, Scheduler scheduler) {
    this.cluster = cluster;
    this.table =
        new Seat.Table(cluster, scheduler, this::kind, new Repairs(scheduler), this::onGone);
  }

  /** Adds a kind of group; before the first session. */
  public void addKind(GroupKind kind) {
    kinds.put(kind.name(), kind);
  }

  /**
   * Makes a session a member; tells whether it was none. Fails with {@code ELIMIT} beyond the
   * kind's limit, {@code ENOTFOUND} if the session has closed.
   */
  public CompletableFuture<Boolean> join(Session session, Topic group) {
    Seat seat = seats.get(session);
    return seat == null ? gone() : seat.join(group);
  }

  /** Ends a membership; tells whether there was one. */
  public CompletableFuture<Boolean> leave(Session session, Topic group) {
    Seat seat = seats.get(session);
    return seat == null ? CompletableFuture.completedFuture(false) : seat.leave(group);
  }

  /** Ends all memberships of a kind; tells in which groups the session was. */
  public CompletableFuture<Set<Topic>> leaveAll(Session session, String kind) {
    Set<Topic> left = new HashSet<>();
    CompletableFuture<?> all = CompletableFuture.completedFuture(null);
    for (Topic group : groups(session, kind)) {
      CompletableFuture<Boolean> one = leave(session, group);
      all =
          all.thenCombine(
              one,
              (before, was) -> {
                if (was) {
                  left.add(group);
                }
                return null;
              });
    }
    return all.thenApply(done -> left);
  }

  /** The groups of a kind that a session is in, as this node knows. */
  public Set<Topic> groups(Session session, String kind) {
    Seat seat = seats.get(session);
    return seat == null ? Set.of() : seat.groups(kind);
  }

  /** The value of a member of this node, as last set; null without one. */
  public byte @Nullable [] value(Session session, Topic group) {
    Seat seat = seats.get(session);
    return seat == null ? null : seat.value(group);
  }

  /**
   * Changes the value of a member of this node.
   *
   * @param change gets the present value and returns the next one, null for none; what it throws
   *     fails the future and changes nothing
   * @param silent whether the change is kept from the group's events
   * @return false when the session is no member
   */
  public CompletableFuture<Boolean> change(
      Session session, Topic group, UnaryOperator<byte @Nullable []> change, boolean silent) {
    Seat seat = seats.get(session);
    return seat == null
        ? CompletableFuture.completedFuture(false)
        : seat.change(group, change, silent);
  }

  /**
   * Forgets the memberships in a group that somebody has removed from the cluster; once done, they
   * hear nothing more. Fails with {@code EUNAVAILABLE} while this node is taken for dead: what is
   * missing then is joined again.
   */
  public CompletableFuture<Void> recheck(Topic group) {
    Map<String, Supplier<CompletableFuture<?>>> candidates = new HashMap<>();
    seats.forEach(
        (session, seat) ->
            seat.candidate(group).ifPresent(found -> candidates.put(session.id(), found)));
    if (candidates.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    NodeId self = cluster.self();
    return requireLive(self)
        .thenCompose(before -> cluster.members().find(group, candidates.keySet()))
        .thenCompose(
            found -> {
              found.forEach(member -> candidates.remove(member.id()));
              return requireLive(self);
            })
        .thenCompose(after -> forget(candidates.values()));
  }

  /**
   * As {@link #recheck}, soon, and again until it has been done: for those who were told, or may
   * have missed, that somebody has removed members. Not beyond this life of the node, in the next
   * of which everything is joined again.
   */
  public void recheckSoon(Topic group) {
    if (rechecks.add(group)) {
      NodeId life = cluster.self();
      table.repairs().submit(() -> recheckInTurn(group, life));
    }
  }

  private CompletableFuture<?> recheckInTurn(Topic group, NodeId life) {
    rechecks.remove(group); // what is told from now on may be missed by this one
    return recheck(group)
        .handle(
            (done, failure) -> {
              if (failure != null && isLife(life) && rechecks.add(group)) {
                table.repairs().submitLater(() -> recheckInTurn(group, life));
              }
              return null;
            });
  }

  private boolean isLife(NodeId life) {
    return life.equals(cluster.self()) && cluster.health() != Health.CLOSED;
  }

  /** Fails if others may count this life of the node as over: then its members are not found. */
  private CompletableFuture<?> requireLive(NodeId self) {
    return cluster
        .liveNodes()
        .thenAccept(
            live -> {
              if (!self.equals(cluster.self()) || !live.contains(self)) {
                throw CommandException.unavailable("This node was taken for dead.");
              }
            });
  }

  private static CompletableFuture<Void> forget(Collection<Supplier<CompletableFuture<?>>> lost) {
    return CompletableFuture.allOf(
        lost.stream().map(Supplier::get).toArray(CompletableFuture<?>[]::new));
  }

  /** How many sessions are on it, those included that still have to be taken out. */
  public int size() {
    return seats.size();
  }

  @Override
  public void onOpened(Session session) {
    byte[] metadata =
        session
            .initialMetadata()
            .map(tree -> session.services().json().encode(tree).toByteArray())
            .orElse(null);
    Seat seat = new Seat(table, session, metadata);
    seats.put(session, seat);
    seat.repair();
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    Seat seat = seats.get(session);
    if (seat != null) {
      seat.close();
    }
  }

  private void onGone(Seat seat) {
    seats.remove(seat.session(), seat);
  }

  @Override
  public void onLeaseLost(NodeId self) {
    seats.values().forEach(Seat::onLeaseLost);
  }

  @Override
  public void onDoubt() {
    seats.values().forEach(Seat::onDoubt);
    table.repairs().submit(this::takeOutStrays);
  }

  /** The ends of memberships may have been lost too. */
  private CompletableFuture<?> takeOutStrays() {
    NodeId life = cluster.self();
    return cluster
        .members()
        .forOwn(this::takeOutStrays)
        .handle(
            (done, failure) -> {
              if (failure != null && isLife(life)) {
                table.repairs().submitLater(this::takeOutStrays);
              }
              return null;
            });
  }

  private CompletableFuture<?> takeOutStrays(Collection<Members.Entry> entries) {
    Map<String, Seat> present = new HashMap<>();
    seats.forEach((session, seat) -> present.put(session.id(), seat));
    return CompletableFuture.allOf(
        entries.stream()
            .filter(entry -> isOurs(entry.group()))
            .map(entry -> onFound(present.get(entry.member()), entry))
            .toArray(CompletableFuture<?>[]::new));
  }

  private CompletableFuture<?> onFound(@Nullable Seat seat, Members.Entry entry) {
    return seat == null
        ? cluster.members().leave(entry.group(), entry.member())
        : seat.onFound(entry.group());
  }

  private boolean isOurs(Topic group) {
    return group.kind().equals(ConnectionGroups.KIND) || kinds.containsKey(group.kind());
  }

  @Override
  public void onHealth(Health health) {
    if (health == Health.UP) {
      seats.values().forEach(Seat::repairIfNeeded);
    }
  }

  private GroupKind kind(Topic group) {
    GroupKind kind = kinds.get(group.kind());
    return kind == null ? PLAIN : kind;
  }

  private static <T> CompletableFuture<T> gone() {
    return CompletableFuture.failedFuture(
        CommandException.notFound("There is no such connection."));
  }
}
