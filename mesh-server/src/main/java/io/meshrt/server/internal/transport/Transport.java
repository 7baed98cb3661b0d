// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

/**
 * One upgraded socket. Carries whole messages in and pending bytes out, knows no commands. It
 * answers WebSocket pings and the close handshake itself.
 */
public interface Transport {
  /** The I/O thread that reads and writes this socket. */
  IoLoop loop();

  /**
   * Says that the outgoing bytes grew. Any thread; cheap when already said. The I/O thread writes
   * them at the end of its turn, once for all that was said until then.
   */
  void requestFlush();

  /** Writes what waits, now. I/O thread only. */
  void flush();

  /**
   * Sends a close frame and ends the connection; any thread; only the first call counts. The peer's
   * answer is awaited briefly, then the socket is closed hard. On the I/O thread the listener may
   * be told the end before this returns.
   *
   * @param code as on the wire; 1005 sends an empty close frame
   * @param when whether data that waits is written before the close frame
   */
  void close(int code, String reason, CloseWhen when);

  /** Stops reading until {@link #resumeReads()}. I/O thread only. */
  void pauseReads();

  /** Reads again. I/O thread only. */
  void resumeReads();

  /** When the close frame goes out. */
  enum CloseWhen {
    /** Behind everything that already waits. */
    AFTER_PENDING,
    /** At once; what waits, but for the rest of a half-written frame, is dropped. */
    NOW
  }
}
