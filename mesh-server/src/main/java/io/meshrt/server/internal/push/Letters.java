// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Pushes and closes for single connections, by letter to the nodes that hold them. */
final class Letters {
  private static final String PUSH = "push";
  private static final String CLOSE = "close";

  private final NodeMail mail;
  private final Sessions sessions;

  Letters(NodeMail mail, Sessions sessions) {
    this.mail = mail;
    this.sessions = sessions;
    mail.handle(PUSH, this::onPush);
    mail.handle(CLOSE, this::onClose);
  }

  /** To connections of one node; false when that node is known not to live. */
  CompletableFuture<Boolean> push(List<String> ids, byte[] frame) {
    ObjectNode letter = letter(ids).put("frame", new String(frame, StandardCharsets.UTF_8));
    return mail.tell(NodeMail.nodeOf(ids.get(0)), PUSH, letter);
  }

  /** As {@link #push}. */
  CompletableFuture<Boolean> close(List<String> ids, int code, String reason) {
    ObjectNode letter = letter(ids).put("code", code).put("reason", reason);
    return mail.tell(NodeMail.nodeOf(ids.get(0)), CLOSE, letter);
  }

  /** Sessions of this node at once, the others with one letter to each node. */
  CompletableFuture<Void> toEachNode(
      Collection<String> ids,
      Consumer<Session> here,
      Function<List<String>, CompletableFuture<Boolean>> there) {
    Map<String, List<String>> byNode = new LinkedHashMap<>();
    for (String id : ids) {
      Session session = sessions.find(id).orElse(null);
      if (session == null) {
        byNode.computeIfAbsent(NodeMail.nodeOf(id), node -> new ArrayList<>()).add(id);
      } else {
        here.accept(session);
      }
    }
    return CompletableFuture.allOf(
        byNode.values().stream().map(there).toArray(CompletableFuture<?>[]::new));
  }

  private CompletionStage<? extends @Nullable JsonNode> onPush(JsonNode letter) {
    byte[] frame = letter.path("frame").asText().getBytes(StandardCharsets.UTF_8);
    forEach(letter, session -> session.offer(frame));
    return CompletableFuture.completedFuture(null);
  }

  private CompletionStage<? extends @Nullable JsonNode> onClose(JsonNode letter) {
    int code = letter.path("code").asInt();
    String reason = letter.path("reason").asText();
    forEach(letter, session -> session.close(code, reason));
    return CompletableFuture.completedFuture(null);
  }

  private void forEach(JsonNode letter, Consumer<Session> action) {
    letter.path("ids").forEach(id -> sessions.find(id.asText()).ifPresent(action));
  }

  private static ObjectNode letter(List<String> ids) {
    ObjectNode letter = JsonNodeFactory.instance.objectNode();
    ArrayNode array = letter.putArray("ids");
    ids.forEach(array::add);
    return letter;
  }
}
