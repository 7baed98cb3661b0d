// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.collection;

import io.meshrt.server.auth.Guard;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.connection.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sets of records that clients follow as a whole: who comes, who goes, what changes. Thread-safe,
 * never blocks.
 *
 * <p>An id is at most 255 bytes of UTF-8 without control characters, else {@link
 * IllegalArgumentException}; patterns have to match a whole id. Who may follow a collection sees
 * its records, whether these are exposed or not. Futures complete on handler threads, and fail with
 * {@code EUNAVAILABLE} when the cluster cannot be asked.
 */
public interface RecordCollections {
  /** Lets all clients follow what a query finds. */
  default CollectionRegistration expose(String id, CollectionQuery<?> query) {
    return expose(id, query, null);
  }

  /** Lets the clients a guard admits follow what a query finds. */
  CollectionRegistration expose(String id, CollectionQuery<?> query, @Nullable Guard guard);

  /**
   * As {@link #expose(String, CollectionQuery)}, for all collections whose whole ids match.
   *
   * @param queries the query of each, always the same for the same id, quick
   */
  default CollectionRegistration expose(
      Pattern ids, Function<String, ? extends CollectionQuery<?>> queries) {
    return expose(ids, queries, null);
  }

  /** The same for the clients a guard admits. */
  CollectionRegistration expose(
      Pattern ids, Function<String, ? extends CollectionQuery<?>> queries, @Nullable Guard guard);

  /** Lets each client follow what a resolver tells for it; watches all records. */
  default CollectionRegistration expose(String id, CollectionResolver resolver) {
    return expose(id, "", resolver);
  }

  /**
   * Lets each client follow what a resolver tells for it, in the order of the ids.
   *
   * @param watchedPrefix begins the ids of all records that its answer depends on
   */
  CollectionRegistration expose(String id, String watchedPrefix, CollectionResolver resolver);

  /**
   * As {@link #expose(String, String, CollectionResolver)}, for all collections whose whole ids
   * match.
   */
  CollectionRegistration expose(Pattern ids, String watchedPrefix, CollectionResolver resolver);

  /** Ends a connection's subscription to a collection, as {@link #revokeConnection}. */
  default CompletableFuture<Boolean> revoke(Connection connection, String id) {
    return revokeConnection(connection.id(), id);
  }

  /** Ends an identity's subscriptions to a collection, as {@link #revokeIdentity}. */
  default CompletableFuture<Integer> revoke(Identity identity, String id) {
    return revokeIdentity(identity.id(), id);
  }

  /**
   * Ends a connection's subscription to a collection; tells whether it had one. Once done, nothing
   * of the collection reaches it, unless it subscribes again and is admitted. Change what guard or
   * resolver see first.
   */
  CompletableFuture<Boolean> revokeConnection(String connectionId, String id);

  /** As {@link #revokeConnection}, for all connections of an identity; tells how many had one. */
  CompletableFuture<Integer> revokeIdentity(String identityId, String id);
}
