// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a room, as the built-in commands answer: as objects with metadata, or on older servers
 * and in some replies as ids only.
 *
 * @param members in the order of the reply
 */
public record Present(List<Member> members) {
  /**
   * One of them.
   *
   * @param metadata null when there is none
   * @param state null when there is none
   */
  public record Member(
      String connectionId, @Nullable JsonNode metadata, @Nullable JsonNode state) {}

  /** Copies the list. */
  public Present {
    members = List.copyOf(members);
  }

  /** Reads the payload of a reply; what makes no sense in it is left out. */
  public static Present read(JsonNode payload) {
    List<Member> members = new ArrayList<>();
    JsonNode states = payload.path("states");
    for (JsonNode entry : payload.path("present")) {
      JsonNode id = entry.isTextual() ? entry : entry.path("id");
      if (id.isTextual()) {
        String connectionId = id.textValue();
        members.add(
            new Member(
                connectionId,
                valueOrNull(entry.path("metadata")),
                valueOrNull(states.path(connectionId))));
      }
    }
    return new Present(members);
  }

  /** JSON's null and what is not there are both nothing. */
  static @Nullable JsonNode valueOrNull(JsonNode node) {
    return node.isNull() || node instanceof MissingNode ? null : node;
  }
}
