// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.internal.call.Calls;
import io.meshrt.client.internal.dialect.Greeting;

/**
 * What has to be asked on each connection, behind the credentials, before it counts as connected.
 * Called on the state thread.
 */
public interface Introduction {
  /**
   * Asks with {@link Calls#submitFirst}, and goes on with {@code next} when that is answered; not
   * when the connection does not live to see the answer.
   */
  void introduce(Greeting greeting, Calls calls, Runnable next);

  /** The connection has an identity now, or has it anew. */
  void onAuthenticated();
}
