// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.collection.CollectionListener;
import io.meshrt.client.collection.CollectionOptions;
import io.meshrt.client.collection.CollectionSubscription;
import io.meshrt.client.collection.RecordCollections;
import java.util.concurrent.CompletableFuture;

/** What a client offers for collections; {@link #collections()} has all of it. */
public sealed interface CollectionDoors permits MeshClient {
  /** The collections this client follows. */
  RecordCollections collections();

  /** Follows a collection, with its records as trees. */
  default CompletableFuture<CollectionSubscription<JsonNode>> subscribeCollection(
      String id, CollectionListener<JsonNode> listener) {
    return subscribeCollection(id, JsonNode.class, listener);
  }

  /** Follows a collection. */
  default <T> CompletableFuture<CollectionSubscription<T>> subscribeCollection(
      String id, Class<T> type, CollectionListener<T> listener) {
    return subscribeCollection(id, type, listener, CollectionOptions.defaults());
  }

  /**
   * As {@link RecordCollections#subscribe(String, Class, CollectionListener, CollectionOptions)}.
   */
  default <T> CompletableFuture<CollectionSubscription<T>> subscribeCollection(
      String id, Class<T> type, CollectionListener<T> listener, CollectionOptions options) {
    return collections().subscribe(id, type, listener, options);
  }

  /**
   * As {@link RecordCollections#subscribe(String, TypeReference, CollectionListener,
   * CollectionOptions)}.
   */
  default <T> CompletableFuture<CollectionSubscription<T>> subscribeCollection(
      String id, TypeReference<T> type, CollectionListener<T> listener, CollectionOptions options) {
    return collections().subscribe(id, type, listener, options);
  }

  /** As {@link RecordCollections#unsubscribe}. */
  default CompletableFuture<Boolean> unsubscribeCollection(String id) {
    return collections().unsubscribe(id);
  }
}
