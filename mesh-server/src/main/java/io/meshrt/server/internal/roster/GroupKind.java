// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.roster;

import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.session.Session;
import java.util.concurrent.CompletableFuture;

/** What a feature does around the memberships of its kind of group. */
public interface GroupKind {
  /** Kind of the groups' topics. */
  String name();

  /** Most groups of this kind that one session may be in. */
  int maxPerSession();

  /** The same for a session that may be in more than others. */
  default int maxPerSession(Session session) {
    return maxPerSession();
  }

  /** A session wanted to be in one more than {@link #maxPerSession}, and was refused. */
  default void onTooMany(Session session) {}

  /** Before a session joins; a failure refuses the join. Not called again for a member. */
  CompletableFuture<Void> beforeJoin(Session session, Topic group);

  /** After a session became a member, and whenever its node registered it anew. */
  void onJoined(Session session, Topic group);

  /** After a session left, could not join, was removed by somebody, or is closed. */
  void afterLeave(Session session, Topic group);
}
