// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.meshrt.server.auth.Identity;
import io.meshrt.server.identity.Identities;
import io.meshrt.server.internal.attendance.Stake;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The open connections of this node by their identities. Thread-safe. */
final class OwnIdentities implements SessionListener {
  private static final String SEPARATOR = " ";

  /** The sets are changed and read under the lock of their entry only. */
  private final ConcurrentMap<String, Set<String>> connections = new ConcurrentHashMap<>();

  private final Consumer<String> onChange;

  /** Nobody is here; changes are told on any thread. */
  OwnIdentities(Consumer<String> onChange) {
    this.onChange = onChange;
  }

  @Override
  public void onOpened(Session session) {
    session.identity().ifPresent(identity -> onIdentified(session, identity));
  }

  @Override
  public void onIdentified(Session session, Identity identity) {
    boolean[] added = new boolean[1];
    connections.compute(
        identity.id(),
        (id, known) -> {
          Set<String> ids = known == null ? new LinkedHashSet<>(2) : known;
          added[0] = ids.add(session.id());
          return ids;
        });
    if (added[0]) {
      onChange.accept(identity.id());
      if (!session.isOpen()) {
        remove(session, identity); // its end may have been told before
      }
    }
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    session.identity().ifPresent(identity -> remove(session, identity));
  }

  private void remove(Session session, Identity identity) {
    boolean[] removed = new boolean[1];
    connections.computeIfPresent(
        identity.id(),
        (id, ids) -> {
          removed[0] = ids.remove(session.id());
          return ids.isEmpty() ? null : ids;
        });
    if (removed[0]) {
      onChange.accept(identity.id());
    }
  }

  /** The identities of this node. */
  Set<String> ids() {
    return Set.copyOf(connections.keySet());
  }

  /** How many identities this node has. */
  int count() {
    return connections.size();
  }

  /** What others are told of an identity here: the ids of its connections. */
  @Nullable Stake stake(String identity) {
    Stake[] stake = new Stake[1];
    connections.computeIfPresent(
        identity,
        (id, ids) -> {
          stake[0] =
              new Stake(
                  ids.stream()
                      .limit(Identities.MAX_CONNECTIONS_PER_NODE)
                      .collect(Collectors.joining(SEPARATOR))
                      .getBytes(US_ASCII));
          return ids;
        });
    return stake[0];
  }

  /** Reads what {@link #stake} tells. */
  static List<String> connections(byte @Nullable [] value) {
    return value == null || value.length == 0
        ? List.of()
        : List.of(new String(value, US_ASCII).split(SEPARATOR, -1));
  }
}
