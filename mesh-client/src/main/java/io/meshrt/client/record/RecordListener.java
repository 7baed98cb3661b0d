// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.record;

/**
 * Hears of a record. Runs on the client's callback executor, one call after the other, with
 * versions that only grow unless the server lost data.
 *
 * <p>A listener that is slower than the record changes gets the newest value instead of all. What
 * it throws is reported to the error listeners, as is a value that does not fit its type.
 */
@FunctionalInterface
public interface RecordListener<T> {
  /** The record is, or has become, this. */
  void onUpdate(RecordUpdate<T> update) throws Exception;

  /**
   * Nothing more will come: the server revoked the subscription, or refused it after a reconnect.
   * Not called behind {@link RecordUpdate.Reason#DELETED}, nor when the application closed it.
   */
  default void onEnded() throws Exception {}
}
