// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;

/** What clients of {@code mesh.v1} are told of what is remembered. */
final class RoomFrames {
  private static final JsonValues JSON = new JsonValues();

  private RoomFrames() {}

  /** The push that a connection is in a room now, or no more, without having asked. */
  static byte[] membership(String room, boolean member) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    payload.put("roomName", room).put("member", member);
    return Dialect.builtInPush(Generation.V1, "room-membership", JSON.encode(payload));
  }
}
