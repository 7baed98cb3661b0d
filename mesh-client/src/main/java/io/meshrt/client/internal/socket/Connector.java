// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Opens sockets. Used on the state thread. */
public interface Connector {
  /** Begins to open a socket; {@code listener} hears the outcome, unless cancelled before. */
  Opening open(Target target, SocketListener listener);

  /** Lets go of everything that sockets share; open ones have been aborted before. */
  void stop();

  /** A socket being opened. */
  interface Opening {
    /** Gives up; a socket that opens all the same is aborted at once. */
    void cancel();
  }

  /**
   * Where to and how.
   *
   * @param headers additional headers of the upgrade request
   * @param subprotocols offered in this order; may be empty
   * @param timeout for the connection and the upgrade
   */
  record Target(
      URI uri, Map<String, List<String>> headers, List<String> subprotocols, Duration timeout) {}
}
