// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.connection;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of one connection or one room: any JSON value the application attached, shared by
 * all nodes. Thread-safe, never blocks.
 *
 * <p>Changes of one metadata happen one after the other in the whole cluster, so merges from
 * several nodes do not undo each other. Futures fail with {@code EUNAVAILABLE} when the cluster
 * cannot be asked (the outcome of a change is then unknown), {@code ETOOLARGE} when the value would
 * pass its limit, {@code ENOTFOUND} when a connection to be changed is not there.
 */
public interface Metadata {
  /** The value; empty if nothing was set, or there is no such connection. */
  CompletableFuture<Optional<JsonNode>> get();

  /**
   * The value bound to a type; empty if nothing was set. Fails with {@link
   * IllegalArgumentException} when it does not fit.
   */
  <T> CompletableFuture<Optional<T>> get(Class<T> type);

  /**
   * Replaces the value.
   *
   * @param value any value Jackson can write; null is JSON null
   */
  CompletableFuture<Void> set(@Nullable Object value);

  /**
   * Puts the keys of {@code patch} over those that are there; the rest stays. Where either is not
   * an object, {@code patch} replaces.
   */
  CompletableFuture<Void> update(Object patch);

  /** As {@link #update}, going into objects that both have. */
  CompletableFuture<Void> deepMerge(Object patch);

  /** Removes the value. */
  CompletableFuture<Void> remove();
}
