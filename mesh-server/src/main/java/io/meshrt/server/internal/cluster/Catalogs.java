// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Sorted sets of names, each under a word of the framework's. Thread-safe, never blocks; futures
 * complete on threads of the cluster and fail with {@code EUNAVAILABLE} when the cluster cannot be
 * asked.
 *
 * <p>A catalog knows nothing of what its names stand for. Whoever adds a name before what it stands
 * for, and removes it only with the token it had before that ended, has a catalog that names too
 * much and never too little.
 */
public interface Catalogs {
  /** Adds names, or gives those that are there other tokens. */
  CompletableFuture<Void> add(String catalog, Collection<String> names);

  /** The tokens of those of some names that are there. */
  CompletableFuture<Map<String, String>> tokens(String catalog, Collection<String> names);

  /** Removes names that still have these tokens. */
  CompletableFuture<Void> remove(String catalog, Map<String, String> tokens);

  /**
   * A page of the names that begin with {@code prefix}, in the order of their code points.
   *
   * @param after the name behind which it begins; empty for the first page
   * @param limit of names, at least 1
   */
  CompletableFuture<Page> page(String catalog, String prefix, String after, int limit);

  /**
   * A name.
   *
   * @param token differs for any two additions
   * @param ageMillis since it was added last
   */
  record Entry(String name, String token, long ageMillis) {}

  /**
   * Some names.
   *
   * @param next the name behind which the next page begins; empty if this was the last
   */
  record Page(List<Entry> entries, Optional<String> next) {
    /** Copies the list. */
    public Page {
      entries = List.copyOf(entries);
    }

    /** Of the entries that were found when one more than the limit was asked for. */
    public static Page of(List<Entry> found, int limit) {
      return found.size() <= limit
          ? new Page(found, Optional.empty())
          : new Page(found.subList(0, limit), Optional.of(found.get(limit - 1).name()));
    }
  }
}
