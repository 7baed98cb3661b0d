// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

/** One I/O thread. */
public interface IoLoop {
  /**
   * Runs {@code task} on this thread, in order. Many tasks handed over while the thread is busy
   * cost one wake-up. Dropped silently once the server's I/O has stopped.
   */
  void execute(Runnable task);

  /** Whether the caller is this thread. */
  boolean isCurrent();

  /** Number of this thread among the server's, from 0. */
  int index();
}
