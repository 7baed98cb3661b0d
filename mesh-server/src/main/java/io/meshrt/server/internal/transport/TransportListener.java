// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

/**
 * Told what happens on one {@link Transport}. All calls come from its I/O thread, one after the
 * other. Byte arrays are valid only during the call.
 */
public interface TransportListener {
  /** A whole text message, valid UTF-8. */
  void onText(byte[] buffer, int offset, int length);

  /** A whole binary message. */
  void onBinary(byte[] buffer, int offset, int length);

  /** Every message of one read was handed over; the transport flushes after this returns. */
  void onReadComplete();

  /** Outgoing bytes were written to the socket. */
  void onWritten();

  /**
   * The connection is over: the last call, exactly once, whatever ended it.
   *
   * @param code code of whoever closed first; 1006 when nobody did
   * @param byPeer whether the peer ended it
   */
  void onClosed(int code, String reason, boolean byPeer);
}
