// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.connection.Connection;
import io.meshrt.server.connection.Connections;
import io.meshrt.server.internal.session.Sessions;
import java.util.List;
import java.util.Optional;

/** The sessions of this node, as applications see them. */
record LocalConnections(Sessions sessions) implements Connections {
  @Override
  public Optional<Connection> find(String id) {
    return sessions.find(id).map(session -> session);
  }

  @Override
  public List<Connection> list() {
    return List.copyOf(sessions.all());
  }

  @Override
  public int count() {
    return sessions.count();
  }
}
