// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.collection;

import java.util.List;

/** A listener to one collection, until it is closed. Thread-safe. */
public interface CollectionSubscription<T> extends AutoCloseable {
  /** Id of the collection. */
  String collectionId();

  /**
   * The records of the collection as far as this client knows, in its order; may be ahead of the
   * listener. Reads them anew each time, so they belong to the caller; those that do not fit the
   * type are left out.
   */
  List<CollectionMember<T>> members();

  /** Version of the collection that {@link #members()} has. */
  long version();

  /**
   * Whether the server keeps it up to date. False until the collection has been read, from a loss
   * of the connection, or a gap, until it has been read again, and after the end.
   */
  boolean isLive();

  /**
   * Ends the subscription: the listener gets nothing more, but a call under way may finish.
   * Idempotent. The server is told when it was the last one of the collection.
   */
  @Override
  void close();
}
