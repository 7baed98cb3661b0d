// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.push;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.server.internal.mail.NodeMail;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Writes pushes and closes for single connections, as letters to the nodes that hold them. */
final class Letters {
  static final String PUSH = "push";
  static final String CLOSE = "close";

  private final NodeMail mail;

  Letters(NodeMail mail) {
    this.mail = mail;
  }

  /** To connections of one node; false when that node is known not to live. */
  CompletableFuture<Boolean> push(List<String> ids, byte[] frame) {
    return push(ids, frame, Set.of());
  }

  /** As {@link #push(List, byte[])}, but for some. */
  CompletableFuture<Boolean> push(List<String> ids, byte[] frame, Set<String> except) {
    ObjectNode letter = letter(ids).put("frame", new String(frame, StandardCharsets.UTF_8));
    if (!except.isEmpty()) {
      ArrayNode array = letter.putArray("except");
      except.forEach(array::add);
    }
    return mail.tell(NodeMail.nodeOf(ids.get(0)), PUSH, letter);
  }

  /** As {@link #push}. */
  CompletableFuture<Boolean> close(List<String> ids, int code, String reason) {
    ObjectNode letter = letter(ids).put("code", code).put("reason", reason);
    return mail.tell(NodeMail.nodeOf(ids.get(0)), CLOSE, letter);
  }

  /** Sends one letter to each node that holds some of these. */
  static CompletableFuture<Void> toEachNode(
      Collection<String> ids, Function<List<String>, CompletableFuture<Boolean>> send) {
    Map<String, List<String>> byNode = new LinkedHashMap<>();
    for (String id : ids) {
      byNode.computeIfAbsent(NodeMail.nodeOf(id), node -> new ArrayList<>()).add(id);
    }
    return CompletableFuture.allOf(
        byNode.values().stream().map(send).toArray(CompletableFuture<?>[]::new));
  }

  private static ObjectNode letter(List<String> ids) {
    ObjectNode letter = JsonNodeFactory.instance.objectNode();
    ArrayNode array = letter.putArray("ids");
    ids.forEach(array::add);
    return letter;
  }
}
