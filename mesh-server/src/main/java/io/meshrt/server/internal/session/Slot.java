// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import org.jspecify.annotations.Nullable;

/**
 * A frame that is made when it is written. A newer one with the same key takes the place of one
 * that still waits, so a slow reader gets the last value and not every value.
 */
public interface Slot {
  /** What it is about; equal keys replace each other. */
  Object key();

  /**
   * The frame's JSON, or null when there is nothing to say any more. Called once, on the I/O
   * thread, outside all locks; does not block.
   */
  byte @Nullable [] render();
}
