// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import java.nio.ByteBuffer;

/**
 * The frames one connection has yet to send, as the transport takes them. All methods but {@link
 * #isEmpty()} are called by the connection's I/O thread only.
 */
public interface OutgoingBytes {
  /**
   * Copies pending bytes, frame headers included, into {@code target} until it is full or nothing
   * is left. Nothing is consumed: the same bytes come again unless {@link #advance} said they left.
   */
  void fill(ByteBuffer target);

  /** The first {@code bytes} of what {@link #fill} last copied were written to the socket. */
  void advance(int bytes);

  /** Puts a whole control frame at the next frame boundary, ahead of all data. Never refused. */
  void offerControl(byte[] frame);

  /** Drops all data frames but the rest of a half-written one; control frames stay. */
  void discardData();

  /** Whether nothing waits. */
  boolean isEmpty();
}
