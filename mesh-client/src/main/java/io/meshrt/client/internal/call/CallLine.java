// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.call;

import io.meshrt.client.internal.dialect.Dialect;

/** What calls need of the connection in use. Used on the state thread. */
public interface CallLine {
  /** How to write a call. */
  Dialect dialect();

  /** How much the server takes. */
  ServerLimits limits();

  /** An id no frame of this connection has borne. */
  long nextId();

  /** Sends a frame in turn. */
  void send(byte[] frame);

  /** Whether so many more bytes may join what waits to be sent; else the call had better wait. */
  boolean hasRoomFor(int bytes);
}
