// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What a node needs from the world beyond it. Thread-safe, never blocks. Built, started once,
 * closed once; after close every future fails with {@code EUNAVAILABLE} and nothing is heard.
 *
 * <p>A <em>guest</em> has all of it but a lease: it is not among the nodes, nobody waits for it or
 * removes anything of it, its members cannot be changed, and it removes nothing of others. Its term
 * is always odd and its life is always the same.
 */
public interface Cluster {
  /** Joins the cluster; completes when this node is registered, or when a guest can ask. */
  CompletableFuture<Void> start();

  /** This life of this node. Valid before start; another one after each lost lease. */
  NodeId self();

  /** The nodes that live, asked now. */
  CompletableFuture<Set<NodeId>> liveNodes();

  /**
   * The live nodes and, after an outage in which nobody could renew, those that were there before
   * and have had no time to renew since: whoever waits for a node waits for these.
   */
  CompletableFuture<Set<NodeId>> presumedNodes();

  /**
   * The same and those whose lease has ended, until what they own has been removed: who is late may
   * go on with it. Of a node that is not among them nothing is left.
   */
  CompletableFuture<Set<NodeId>> rememberedNodes();

  /**
   * The time for which others have counted this node as live without a break, as an even number; an
   * odd one while they may count it as gone, and so may not wait for it. It only grows.
   */
  long term();

  /** Whether the cluster can be used. */
  Health health();

  /** Adds a listener; at any time. */
  Registration addListener(ClusterListener listener);

  /** Publications. */
  Topics topics();

  /** Values with versions. */
  Store store();

  /** Members with leases. */
  Members members();

  /** Sorted sets of names. */
  Catalogs catalogs();

  /** Whether {@link #hearOthers} works. */
  default boolean hearsOthers() {
    return false;
  }

  /**
   * Hears what others than nodes publish on a channel of theirs, as it is: at most once, and
   * without a word when the connection to them was away.
   */
  default CompletableFuture<Registration> hearOthers(String channel, ForeignListener listener) {
    return CompletableFuture.failedFuture(
        new IllegalStateException("there is nobody else to be heard"));
  }

  /** Removes what this node owns, publishing it, and leaves. Completes also if that fails. */
  CompletableFuture<Void> close();
}
