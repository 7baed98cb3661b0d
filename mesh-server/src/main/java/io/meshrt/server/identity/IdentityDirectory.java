// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.identity;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Who is online: identities with at least one open connection, on whatever node. Thread-safe, never
 * blocks; what it returns may be out of date at once.
 *
 * <p>A connection counts from the moment it has an identity, as soon as the cluster was told. An
 * identity without connections counts for another 0.6 s, so that whoever reloads a page has not
 * been away; those of a node that was killed count until its lease has ended. Nothing is counted up
 * and down: every number is that of what is registered now.
 *
 * <p>Futures complete on handler threads, and fail with {@code EUNAVAILABLE} when the cluster
 * cannot be asked. Where servers were told not to track identities nobody is online, and such a
 * server throws {@link IllegalStateException}.
 */
public interface IdentityDirectory {
  /** Most ids that one page of {@link #list(String, int)} has. */
  int MAX_PAGE = 1_000;

  /** Most connections of one identity on one node that {@link #connections} tells. */
  int MAX_CONNECTIONS_PER_NODE = 1_000;

  /** Whether an identity is online. Two requests. */
  CompletableFuture<Boolean> isOnline(String id);

  /**
   * Those of some identities that are online. One request for each sixteenth of all identities that
   * is asked for, or for each 500 pairs of an identity and a node.
   */
  CompletableFuture<Set<String>> online(Collection<String> ids);

  /**
   * The ids of an identity's connections on all nodes; of more than {@value
   * #MAX_CONNECTIONS_PER_NODE} on one node, some. Two requests.
   */
  CompletableFuture<List<String>> connections(String id);

  /** How many identities are online. 16 requests, and the transfer of all their ids. */
  CompletableFuture<Integer> onlineCount();

  /**
   * How many connections there are on all nodes, those without an identity included; also where
   * identities are not tracked. 16 requests, and the transfer of their ids and metadata.
   */
  CompletableFuture<Integer> connectionCount();

  /** The first page of those who are online, of at most {@value #MAX_PAGE}. */
  default CompletableFuture<IdentityPage> list() {
    return list("", MAX_PAGE);
  }

  /**
   * A page of those who are online. Whoever is online all the time is on one page; who comes or
   * goes meanwhile may be on one or not. A page costs the transfer of a sixteenth of all ids, or
   * more when they are few.
   *
   * @param cursor empty for the first page, then {@link IdentityPage#next}
   * @param limit of ids, 1 to {@value #MAX_PAGE}
   * @throws IllegalArgumentException when the limit or the cursor is not one of these
   */
  CompletableFuture<IdentityPage> list(String cursor, int limit);
}
