// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import org.jspecify.annotations.Nullable;

/**
 * Told of the pushes of one name. Runs on the client's callback executor, one message after the
 * other in the order the server sent them.
 *
 * @param <T> type of the payload
 */
@FunctionalInterface
public interface MessageListener<T> {
  /**
   * Takes one message.
   *
   * @param payload null when the server sent none, or JSON null
   * @throws Exception is reported to the error listeners; the next message is delivered all the
   *     same
   */
  void onMessage(@Nullable T payload) throws Exception;
}
