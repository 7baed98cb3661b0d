// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.roster;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.ClusterListener;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
  /** Nobody is registered. */
  public Roster(Cluster cluster, Scheduler scheduler) {}

  /** Adds a kind of group; before the first session. */
  public void addKind(GroupKind kind) {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes a session a member; tells whether it was none. Fails with {@code ELIMIT} beyond the
   * kind's limit, {@code ENOTFOUND} if the session has closed.
   */
  public CompletableFuture<Boolean> join(Session session, Topic group) {
    throw new UnsupportedOperationException();
  }

  /** Ends a membership; tells whether there was one. */
  public CompletableFuture<Boolean> leave(Session session, Topic group) {
    throw new UnsupportedOperationException();
  }

  /** The groups of a kind that a session is in, as this node knows. */
  public Set<Topic> groups(Session session, String kind) {
    throw new UnsupportedOperationException();
  }

  /** The value of a member of this node, as last set; null without one. */
  public byte @Nullable [] value(Session session, Topic group) {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }

  /** Forgets the memberships in a group that the cluster does not know any more. */
  public CompletableFuture<Void> recheck(Topic group) {
    throw new UnsupportedOperationException();
  }

  /** Takes all sessions out, as far as the cluster can be asked; the node leaves. */
  public CompletableFuture<Void> close() {
    throw new UnsupportedOperationException();
  }
}
