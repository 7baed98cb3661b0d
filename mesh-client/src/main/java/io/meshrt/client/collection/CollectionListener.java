// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.collection;

/**
 * Hears of a collection. Runs on the client's callback executor, one call after the other.
 *
 * <p>A listener that is slower than the collection changes gets the newest members, and one
 * difference that leads to them. What it throws is reported to the error listeners, and so are
 * records that do not fit its type; for this listener these are not in the collection.
 */
@FunctionalInterface
public interface CollectionListener<T> {
  /** The collection is, or has become, this. */
  void onUpdate(CollectionUpdate<T> update) throws Exception;

  /**
   * Nothing more will come. Not called when the application closed the subscription.
   *
   * @param code {@code EACCESS} when the server revoked it, {@code ELIMIT} when the collection has
   *     become larger than the server or this client allows, and what the server refused it with
   *     after a reconnect
   */
  default void onEnded(String code) throws Exception {}
}
