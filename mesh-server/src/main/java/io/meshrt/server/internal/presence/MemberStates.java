// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.session.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The states of members of all nodes: each is set by the node that holds the connection. */
final class MemberStates {
  private static final String LETTER = "presence";

  private final OwnStates own;
  private final NodeMail mail;
  private final Function<String, Optional<Session>> sessions;

  /** Answers other nodes from the mail's start on. */
  MemberStates(OwnStates own, NodeMail mail, Function<String, Optional<Session>> sessions) {
    this.own = own;
    this.mail = mail;
    this.sessions = sessions;
    mail.handle(LETTER, this::onLetter);
  }

  /**
   * Sets or clears a state; false when there is no such member present.
   *
   * @param state null clears
   * @param expireAfter null for never
   */
  CompletableFuture<Boolean> set(
      String room, String connectionId, @Nullable RawJson state, @Nullable Duration expireAfter) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("room", room).put("id", connectionId);
    if (state != null) {
      body.put("state", state.toString());
    }
    if (expireAfter != null) {
      body.put("expireAfterMillis", expireAfter.toMillis());
    }
    return mail.ask(NodeMail.nodeOf(connectionId), LETTER, body)
        .thenApply(JsonNode::booleanValue)
        .exceptionally(MemberStates::falseIfNotFound);
  }

  private CompletionStage<JsonNode> onLetter(JsonNode body) {
    String room = body.path("room").asText();
    JsonNode state = body.path("state");
    JsonNode expiry = body.path("expireAfterMillis");
    return sessions
        .apply(body.path("id").asText())
        .map(
            session ->
                state.isTextual()
                    ? own.publish(
                        session,
                        room,
                        RawJson.parse(state.textValue()),
                        expiry.isNumber() ? Duration.ofMillis(expiry.longValue()) : null,
                        false,
                        false)
                    : own.clear(session, room, false))
        .orElseGet(() -> CompletableFuture.completedFuture(false))
        .thenApply(BooleanNode::valueOf);
  }

  private static Boolean falseIfNotFound(Throwable failure) {
    Throwable inner = failure instanceof CompletionException ? failure.getCause() : failure;
    if (inner instanceof CommandException meant && meant.is(ErrorCode.NOT_FOUND)) {
      return false;
    }
    throw new CompletionException(inner);
  }
}
