// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import io.meshrt.server.auth.Identity;

/** Told of the life of sessions. Does not block; what it throws is logged. */
public interface SessionListener {
  /** A session is registered and greeted. On its I/O thread, before its first request. */
  default void onOpened(Session session) {}

  /** A session's identity was established or refreshed. On any thread. */
  default void onIdentified(Session session, Identity identity) {}

  /**
   * The client of a session whose dialect does not acknowledge sent something it has words for. On
   * its I/O thread; returns at once.
   */
  default void onHeard(Session session) {}

  /** The client of a session answered a ping. On its I/O thread; returns at once. */
  default void onPong(Session session) {}

  /**
   * A session is over: exactly once for each that was opened, and its last event. On its I/O
   * thread.
   */
  default void onClosed(Session session, int code, String reason, boolean byPeer) {}
}
