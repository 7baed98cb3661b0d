// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.collection.CollectionResolver;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is exposed: queries for all, or a resolver for each. Two are never equal. */
final class Spec {
  private final @Nullable Function<String, ? extends CollectionQuery<?>> queries;
  private final @Nullable CollectionResolver resolver;
  private final String prefix;

  private Spec(
      @Nullable Function<String, ? extends CollectionQuery<?>> queries,
      @Nullable CollectionResolver resolver,
      String prefix) {
    this.queries = queries;
    this.resolver = resolver;
    this.prefix = prefix;
  }

  static Spec of(Function<String, ? extends CollectionQuery<?>> queries) {
    return new Spec(queries, null, "");
  }

  static Spec of(CollectionResolver resolver, String prefix) {
    return new Spec(null, resolver, prefix);
  }

  /** Whether all who subscribe see the same. */
  boolean isShared() {
    return resolver == null;
  }

  /** Of a collection that is shared. */
  CollectionQuery<?> query(String collection) {
    CollectionQuery<?> query = queries == null ? null : queries.apply(collection);
    if (query == null) {
      throw new IllegalStateException("there is no query for a collection");
    }
    return query;
  }

  /** Of a collection that is not shared. */
  CollectionResolver resolver() {
    if (resolver == null) {
      throw new IllegalStateException("there is no resolver");
    }
    return resolver;
  }

  /** What a resolver watches. */
  String prefix() {
    return prefix;
  }
}
