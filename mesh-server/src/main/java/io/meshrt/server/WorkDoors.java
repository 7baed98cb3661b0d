// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.worker.Forwarding;
import java.util.regex.Pattern;

/**
 * What a server gives to workers. Names are matched as a whole; commands registered by name win
 * over patterns, and the first pattern over later ones.
 */
public sealed interface WorkDoors permits MeshServer {
  /**
   * Forwards a command.
   *
   * @param name as {@link MeshServer#registerCommand}
   */
  default Forwarding forward(String name) {
    return Forwards.command(Forwards.of(this), name);
  }

  /** Forwards all commands that nobody registered here and whose whole names match. */
  default Forwarding forward(Pattern names) {
    return Forwards.commands(Forwards.of(this), names);
  }

  /**
   * Forwards what happens to connections: that they open, get their identity, and end. Also when
   * their server dies: then one that is left tells of the end, within about 25 s. Heard of are
   * those that open from now on.
   */
  default Forwarding forwardConnections() {
    return Forwards.connections(Forwards.of(this));
  }

  /** Forwards all commands that nobody registered here, and what happens to connections. */
  default Forwarding forwardAll() {
    return Forwards.all(Forwards.of(this));
  }
}
