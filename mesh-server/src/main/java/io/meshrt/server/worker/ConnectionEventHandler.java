// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

/** Told of connections in a worker. May block. */
@FunctionalInterface
public interface ConnectionEventHandler {
  /**
   * Something happened to a connection.
   *
   * @throws Exception is logged; the event is not told again
   */
  void onEvent(ConnectionEvent event) throws Exception;
}
