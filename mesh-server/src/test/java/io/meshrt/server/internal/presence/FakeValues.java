// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.session.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** The values of members, changed at once, as long as the cluster is there. */
final class FakeValues implements OwnStates.MemberValues {
  private final Map<String, byte[]> members = new HashMap<>();
  private final List<String> history = new ArrayList<>();
  private boolean down;

  void join(Session session, String room) {
    members.put(key(session, room), null);
  }

  void leave(Session session, String room) {
    members.remove(key(session, room));
  }

  void setDown(boolean down) {
    this.down = down;
  }

  /** What the values were changed to since the last call, as {@code s 1} or {@code p}. */
  List<String> changes() {
    List<String> changes = List.copyOf(history);
    history.clear();
    return changes;
  }

  @Override
  public CompletableFuture<Boolean> change(
      Session session, Topic group, UnaryOperator<byte[]> change, boolean silent) {
    if (down) {
      return CompletableFuture.failedFuture(CommandException.unavailable("down"));
    }
    String key = key(session, group.name());
    if (!group.kind().equals("room") || silent) {
      throw new AssertionError(group + " " + silent);
    }
    if (!members.containsKey(key)) {
      return CompletableFuture.completedFuture(false);
    }
    try {
      byte[] value = change.apply(members.get(key));
      members.put(key, value);
      history.add(shown(PresenceValue.decode(value)));
      return CompletableFuture.completedFuture(true);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static String shown(PresenceValue value) {
    return value.kind().name().toLowerCase(Locale.ROOT)
        + value.state().map(state -> " " + state).orElse("");
  }

  private static String key(Session session, String room) {
    return session.id() + " " + room;
  }
}
