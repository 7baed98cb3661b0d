// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.internal.call.Calls;
import io.meshrt.client.internal.dialect.Dialect;

/**
 * Puts back what the application had set up on an earlier connection. Called on the state thread
 * after each connect and reconnect, when the server knows the client's credentials and before any
 * waiting call is sent.
 */
@FunctionalInterface
public interface RestoreHook {
  /**
   * Restores; calls made with {@link Calls#submitFirst} go out in this order.
   *
   * @param reconnected whether an earlier connection had been in use
   */
  void restore(Dialect dialect, Calls calls, boolean reconnected);

  /** The connection in use is gone; perhaps there will be another. */
  default void onLost() {}

  /** The client is closed, and all calls have failed. */
  default void onClosed() {}
}
