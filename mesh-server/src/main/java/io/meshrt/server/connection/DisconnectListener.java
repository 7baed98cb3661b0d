// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.connection;

/** {@link ConnectionListener#onDisconnect} alone, as a lambda. */
@FunctionalInterface
public interface DisconnectListener {
  /** A connection ended; see {@link ConnectionListener#onDisconnect}. */
  void onDisconnect(Connection connection, int code, String reason);
}
