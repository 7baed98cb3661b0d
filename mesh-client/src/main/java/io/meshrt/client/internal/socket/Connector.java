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

  /** Ends all threads at once; open sockets have been aborted before. */
  void stop();

  /** Waits for the threads that write to sockets to end after {@link #stop}; thread-safe. */
  void awaitEnd(Duration timeout) throws InterruptedException;

  /** A socket being opened, for as long as it takes. */
  interface Opening {
    /**
     * Gives up; a socket that opens all the same is aborted at once. One that has been opened is
     * left to its listener.
     */
    void cancel();

    /** The socket that was opened is of use. */
    void onSuccess();
  }

  /**
   * Where to and how.
   *
   * @param headers additional headers of the upgrade request
   * @param subprotocols offered in this order; may be empty
   */
  record Target(URI uri, Map<String, List<String>> headers, List<String> subprotocols) {}
}
