// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.core.codec.RawJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What follows from a change of a member for those who hear of its room. */
final class PresenceChanges {
  private PresenceChanges() {}

  /**
   * What is to be told, in order.
   *
   * @param before null if it was no member
   * @param after null if it is none any more
   */
  static List<PresencePush> between(
      String room,
      String id,
      @Nullable PresenceValue before,
      @Nullable PresenceValue after,
      long nowMillis) {
    boolean was = before != null && before.isPresent();
    if (after == null || !after.isPresent()) {
      return was ? List.of(PresencePush.leave(room, id, nowMillis)) : List.of();
    }
    List<PresencePush> pushes = new ArrayList<>(2);
    if (!was) {
      pushes.add(PresencePush.join(room, id, nowMillis));
    }
    boolean changed = before == null || before.number() != after.number();
    boolean tellsState = was ? changed : after.state().isPresent();
    if (tellsState && after.isTold()) {
      RawJson state = after.state().orElse(RawJson.NULL);
      pushes.add(PresencePush.state(room, id, state, nowMillis));
    }
    return pushes;
  }
}
