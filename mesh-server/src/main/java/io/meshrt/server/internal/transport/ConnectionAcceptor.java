// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.meshrt.server.auth.UpgradeRequest;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Decides about upgrades and takes over the sockets; implemented by the rooms above. */
public interface ConnectionAcceptor {
  /**
   * Decides about a request that passed the upgrade gate. Called on an I/O thread: does not block,
   * may answer later from any thread, never fails.
   */
  CompletionStage<Admission> admit(UpgradeRequest request);

  /**
   * Takes over the socket of an accepted request, on its I/O thread, before anything is read from
   * it. The listener gets every event; if this throws, the socket is closed with 1011.
   */
  Accepted accept(Transport transport, UpgradeRequest request, Admission admission);

  /**
   * The client was gone before the request it had been admitted for became a connection: {@link
   * #accept} will not be called for this admission. Any thread.
   */
  default void onAbandoned(Admission admission) {}

  /**
   * The decision.
   *
   * @param status 101 to accept, else the HTTP status of the refusal
   * @param message body of a refusal
   * @param subprotocol what to answer in {@code Sec-WebSocket-Protocol}; null for none
   * @param attachment handed back to {@link #accept}
   */
  record Admission(
      int status, String message, @Nullable String subprotocol, @Nullable Object attachment) {
    /** Accepts. */
    public static Admission accept(@Nullable String subprotocol, @Nullable Object attachment) {
      return new Admission(101, "", subprotocol, attachment);
    }

    /** Refuses. */
    public static Admission refuse(int status, String message) {
      return new Admission(status, message, null, null);
    }

    /** Whether the upgrade goes on. */
    public boolean accepted() {
      return status == 101;
    }
  }

  /** Both ends of an accepted connection, as the transport needs them. */
  record Accepted(TransportListener listener, OutgoingBytes outgoing) {}
}
