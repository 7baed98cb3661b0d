// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.connection.Connection;
import io.meshrt.server.connection.ConnectionListener;
import io.meshrt.server.connection.DisconnectListener;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What a server tells of its connections. */
public sealed interface ConnectionDoors permits MeshServer {
  /** Adds a listener for the connections that open from now on. */
  Registration addConnectionListener(ConnectionListener listener);

  /** Adds a listener for {@link ConnectionListener#onConnect} alone. */
  default Registration onConnect(Consumer<Connection> listener) {
    return addConnectionListener(
        new ConnectionListener() {
          @Override
          public void onConnect(Connection connection) {
            listener.accept(connection);
          }
        });
  }

  /** Adds a listener for {@link ConnectionListener#onDisconnect} alone. */
  default Registration onDisconnect(DisconnectListener listener) {
    return addConnectionListener(
        new ConnectionListener() {
          @Override
          public void onDisconnect(Connection connection, int code, String reason) {
            listener.onDisconnect(connection, code, reason);
          }
        });
  }

  /** Adds a listener for {@link ConnectionListener#onError} alone. */
  default Registration onError(BiConsumer<Connection, Throwable> listener) {
    return addConnectionListener(
        new ConnectionListener() {
          @Override
          public void onError(Connection connection, Throwable error) {
            listener.accept(connection, error);
          }
        });
  }
}
