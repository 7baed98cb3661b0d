// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.builtin;

import io.meshrt.core.codec.RawJson;

/**
 * Something to be put back on a new connection by one built-in call. Used on the state thread. When
 * the connection is lost before the answer, nothing is told: the next one begins anew.
 */
public interface Restore {
  /** Whether it still has to be put back; asked before each call. */
  boolean wanted();

  /** What to call with; asked when the call is about to be made. */
  RawJson payload();

  /** It is in place. */
  void onRestored(RawJson reply);

  /** The server refused for good; the error listeners have been told if it was still wanted. */
  void onRefused(RuntimeException failure);
}
