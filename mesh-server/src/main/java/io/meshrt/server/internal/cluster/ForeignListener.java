// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

/**
 * Hears what others than nodes publish. Called on threads of the cluster, for one message after the
 * other: does not block and does not throw.
 */
public interface ForeignListener {
  /** They published this. */
  void onMessage(byte[] message);

  /** A message will not be told, because too many wait. May be called beside {@link #onMessage}. */
  void onDropped();

  /**
   * Between the last message and what comes next some were dropped, as {@link #onDropped} has said
   * of each. Called in its turn, as {@link #onMessage}.
   */
  default void onLost() {}
}
