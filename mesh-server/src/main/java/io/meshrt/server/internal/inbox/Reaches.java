// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.inbox;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.session.Session;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How far each session of this node was told of its inbox. Thread-safe, never blocks. */
final class Reaches {
  private final Map<Session, Position> reaches = new ConcurrentHashMap<>();

  /** The session is told of everything up to here. */
  void tell(Session session, Position position) {
    if (!position.isNumbered()) {
      return;
    }
    reaches.merge(session, position, Reaches::further);
    if (!session.isOpen()) {
      forget(session);
    }
  }

  /** Of another epoch, the later told counts. */
  private static Position further(Position before, Position now) {
    return now.sameEpoch(before) && now.offset() < before.offset() ? before : now;
  }

  boolean has(Session session, Position position) {
    Position reach = reaches.getOrDefault(session, Position.NONE);
    return position.sameEpoch(reach) && position.offset() <= reach.offset();
  }

  void forget(Session session) {
    reaches.remove(session);
  }

  int sessions() {
    return reaches.size();
  }
}
