// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.auth.Guard;
import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.collection.CollectionResolver;
import io.meshrt.server.collection.RecordCollections;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What a server offers for collections; {@link #collections()} has all of it. */
public sealed interface CollectionDoors permits MeshServer {
  /** Sets of records that clients follow as a whole. */
  RecordCollections collections();

  /** Lets all clients follow what a query finds, whether its records are exposed or not. */
  default Registration exposeCollection(String id, CollectionQuery<?> query) {
    return collections().expose(id, query)::close;
  }

  /** Lets the clients a guard admits follow what a query finds. */
  default Registration exposeCollection(String id, CollectionQuery<?> query, Guard guard) {
    return collections().expose(id, query, guard)::close;
  }

  /** As {@link #exposeCollection(String, CollectionQuery)}, for all whose whole ids match. */
  default Registration exposeCollection(
      Pattern ids, Function<String, ? extends CollectionQuery<?>> queries) {
    return collections().expose(ids, queries)::close;
  }

  /** As {@link #exposeCollection(String, CollectionQuery, Guard)}, for all whose ids match. */
  default Registration exposeCollection(
      Pattern ids, Function<String, ? extends CollectionQuery<?>> queries, Guard guard) {
    return collections().expose(ids, queries, guard)::close;
  }

  /** Lets each client follow what a resolver tells for it; watches all records. */
  default Registration exposeCollection(String id, CollectionResolver resolver) {
    return collections().expose(id, resolver)::close;
  }

  /** As {@link #exposeCollection(String, CollectionResolver)}, for all whose whole ids match. */
  default Registration exposeCollection(Pattern ids, CollectionResolver resolver) {
    return collections().expose(ids, "", resolver)::close;
  }
}
