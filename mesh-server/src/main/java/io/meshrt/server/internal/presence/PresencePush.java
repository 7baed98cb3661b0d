// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One thing to tell the subscribers of a room. Thread-safe; each of its frames is made once. */
final class PresencePush {
  private static final String NAME = "presence-update";

  private final RawJson payload;
  private final boolean ofState;

  // Guarded by this.
  private final Map<Generation, byte[]> frames = new EnumMap<>(Generation.class);

  private PresencePush(RawJson payload, boolean ofState) {
    this.payload = payload;
    this.ofState = ofState;
  }

  static PresencePush join(String room, String connectionId, long timeMillis) {
    return new PresencePush(PresenceJson.membership("join", room, connectionId, timeMillis), false);
  }

  static PresencePush leave(String room, String connectionId, long timeMillis) {
    return new PresencePush(
        PresenceJson.membership("leave", room, connectionId, timeMillis), false);
  }

  static PresencePush state(String room, String connectionId, RawJson state, long timeMillis) {
    return new PresencePush(PresenceJson.state(room, connectionId, state, timeMillis), true);
  }

  /** The frame for a subscriber of this generation; null when it is not told of such things. */
  synchronized byte @Nullable [] frame(Generation generation) {
    if (ofState && !generation.hasPresenceStates()) {
      return null;
    }
    return frames.computeIfAbsent(generation, key -> Dialect.builtInPush(key, NAME, payload));
  }
}
