// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.collection;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.concurrent.CompletableFuture;

/**
 * Sets of records that the server finds and this client follows as a whole: who comes, who goes,
 * what changes. Thread-safe.
 *
 * <p>A subscription outlives its connection: after a reconnect, on whatever node, the collection is
 * asked for again, and the listener is told what is different. All subscriptions of a collection
 * share one of the connection, and what is known of it: at most {@link
 * io.meshrt.client.ClientLimits#maxCollectionBytes} of JSON.
 *
 * <p>Futures fail as those of {@link io.meshrt.client.MeshClient#command(String, Object, Class)}
 * do, with {@code EACCESS} when the server refuses, with {@code ELIMIT} when the collection is too
 * large for it, with {@code ENOTFOUND} when it has no collections, and with {@link
 * IllegalArgumentException} when the id is empty, longer than 255 bytes of UTF-8, or holds control
 * characters.
 */
public interface RecordCollections {
  /**
   * Follows a collection: tells what is in it, and then each change.
   *
   * @param type of the values; what does not fit is reported to the error listeners
   * @return completes when the server accepted, with no order between that and the first update;
   *     cancelling it ends the subscription
   */
  <T> CompletableFuture<CollectionSubscription<T>> subscribe(
      String id, Class<T> type, CollectionListener<T> listener, CollectionOptions options);

  /** As {@link #subscribe(String, Class, CollectionListener, CollectionOptions)}. */
  <T> CompletableFuture<CollectionSubscription<T>> subscribe(
      String id, TypeReference<T> type, CollectionListener<T> listener, CollectionOptions options);

  /** Closes all subscriptions of this client to a collection; tells whether there was one. */
  CompletableFuture<Boolean> unsubscribe(String id);
}
