// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

/** Where a client stands. */
public enum ClientStatus {
  /**
   * Not connected and not trying: before the first connect, or after a loss that is not retried.
   */
  DISCONNECTED,
  /** The connection that {@link MeshClient#connect()} asked for is being made. */
  CONNECTING,
  /** Commands can be sent. */
  CONNECTED,
  /** The connection was lost; the client tries to get another one by itself. */
  RECONNECTING,
  /** Closed by {@link MeshClient#close()}; never anything else again. */
  CLOSED
}
