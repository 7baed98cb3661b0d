// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import io.meshrt.server.internal.session.Session;

/** Told of the rooms of this node's sessions. On any thread; does not block and does not throw. */
public interface MembershipListener {
  /** A session is in a room now, or its node registered it there anew. */
  void onJoined(Session session, String room);

  /** A session is in a room no more. */
  void afterLeave(Session session, String room);
}
