// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.connection;

import java.util.List;
import java.util.Optional;

/**
 * The open connections of this server. Thread-safe, never blocks; what it returns is a snapshot
 * that may be out of date at once.
 */
public interface Connections {
  /** The connection with this id; empty when it is not open here. */
  Optional<Connection> find(String id);

  /** All of them, in no particular order. */
  List<Connection> list();

  /** How many there are. */
  int count();
}
