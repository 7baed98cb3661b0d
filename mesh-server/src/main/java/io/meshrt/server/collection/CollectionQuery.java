// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.collection;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which records are in a collection, the same for all who subscribe to it. Immutable.
 *
 * <p>Filters and comparators see values, run on handler threads, and look at nothing but these: a
 * record is looked at when it has changed. A filter that throws says no.
 *
 * @param <T> what values are read as; records that do not fit it are not in the collection
 */
public final class CollectionQuery<T> {
  private final String prefix;
  private final Class<T> type;
  private final @Nullable Predicate<? super T> filter;
  private final @Nullable Comparator<? super T> order;
  private final int limit;

  private CollectionQuery(
      String prefix,
      Class<T> type,
      @Nullable Predicate<? super T> filter,
      @Nullable Comparator<? super T> order,
      int limit) {
    this.prefix = prefix;
    this.type = type;
    this.filter = filter;
    this.order = order;
    this.limit = limit;
  }

  /** All records whose ids begin with {@code prefix}, in the order of their ids. */
  public static CollectionQuery<JsonNode> of(String prefix) {
    return of(prefix, JsonNode.class);
  }

  /** The same, of those that fit a type. */
  public static <T> CollectionQuery<T> of(String prefix, Class<T> type) {
    return new CollectionQuery<>(
        Objects.requireNonNull(prefix, "prefix"), type, null, null, Integer.MAX_VALUE);
  }

  /** Only those that a filter takes, and all filters before. */
  public CollectionQuery<T> where(Predicate<? super T> next) {
    Predicate<? super T> before = filter;
    Predicate<? super T> both =
        before == null ? next : value -> before.test(value) && next.test(value);
    return new CollectionQuery<>(prefix, type, both, order, limit);
  }

  /** In this order; those that are equal in it, in the order of their ids. */
  public CollectionQuery<T> orderedBy(Comparator<? super T> comparator) {
    return new CollectionQuery<>(prefix, type, filter, comparator, limit);
  }

  /** Only the first so many. */
  public CollectionQuery<T> limit(int records) {
    if (records < 1) {
      throw new IllegalArgumentException("records: " + records);
    }
    return new CollectionQuery<>(prefix, type, filter, order, records);
  }

  public String prefix() {
    return prefix;
  }

  public Class<T> type() {
    return type;
  }

  /** Null if all are taken. */
  public @Nullable Predicate<? super T> filter() {
    return filter;
  }

  /** Null for the order of the ids. */
  public @Nullable Comparator<? super T> order() {
    return order;
  }

  /** {@link Integer#MAX_VALUE} for all. */
  public int limit() {
    return limit;
  }
}
