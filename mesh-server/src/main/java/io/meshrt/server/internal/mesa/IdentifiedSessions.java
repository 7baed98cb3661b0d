// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mesa;

import io.meshrt.server.auth.Identity;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The sessions of this node by their identities. Thread-safe. */
final class IdentifiedSessions implements SessionListener {
  private final ConcurrentMap<String, Set<Session>> sessions = new ConcurrentHashMap<>();

  /** Those of an identity; a live view. */
  Set<Session> of(String identity) {
    return sessions.getOrDefault(identity, Set.of());
  }

  @Override
  public void onOpened(Session session) {
    session.identity().ifPresent(identity -> onIdentified(session, identity));
  }

  @Override
  public void onIdentified(Session session, Identity identity) {
    sessions.compute(
        identity.id(),
        (id, known) -> {
          Set<Session> all = known == null ? ConcurrentHashMap.newKeySet(2) : known;
          all.add(session);
          return all;
        });
    if (!session.isOpen()) {
      remove(session, identity); // its end may have been told before
    }
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    session.identity().ifPresent(identity -> remove(session, identity));
  }

  private void remove(Session session, Identity identity) {
    sessions.computeIfPresent(
        identity.id(),
        (id, all) -> {
          all.remove(session);
          return all.isEmpty() ? null : all;
        });
  }
}
