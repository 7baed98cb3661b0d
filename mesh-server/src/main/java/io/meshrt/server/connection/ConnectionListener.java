// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.connection;

/**
 * Told of the life of connections. All methods run on handler threads; for one connection they run
 * one after the other, {@code onConnect} first and {@code onDisconnect} last. A listener that
 * throws is logged and harms neither the connection nor other listeners.
 */
public interface ConnectionListener {
  /** A connection is open; its first command may already be running. */
  default void onConnect(Connection connection) {}

  /**
   * A connection ended. Called exactly once for each connection that {@link #onConnect} saw.
   *
   * @param code close code as in {@link io.meshrt.core.protocol.CloseCode}; 1006 when the
   *     connection broke
   */
  default void onDisconnect(Connection connection, int code, String reason) {}

  /**
   * Something of this connection failed without ending it, for example a handler. Not called for a
   * {@link io.meshrt.core.protocol.CommandException}, which is an answer. When things fail faster
   * than listeners return, some calls are left out.
   */
  default void onError(Connection connection, Throwable error) {}
}
