// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One letter from node to node, written as a JSON object.
 *
 * @param kind whose handler it is for; empty for an answer
 * @param from name of the node that waits for an answer, or empty
 * @param number of the ask this is, or answers; 0 for neither
 * @param body what the handler gets, or answered
 * @param errorCode why there is no answer, or empty
 * @param errorText the same in words
 */
record Letter(
    String kind, String from, long number, JsonNode body, String errorCode, String errorText) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** For texts with half a character, which only escapes can say. */
  private static final ObjectMapper ESCAPING =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  static Letter tell(String kind, JsonNode body) {
    return new Letter(kind, "", 0, body, "", "");
  }

  static Letter ask(String kind, JsonNode body, String from, long number) {
    return new Letter(kind, from, number, body, "", "");
  }

  /** The answer to this ask; only what a {@link CommandException} says goes to another node. */
  Letter answer(JsonNode answer, @Nullable Throwable failure) {
    if (failure == null) {
      return new Letter("", "", number, answer, "", "");
    }
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String code = ErrorCode.SERVER.wire();
    String text = "The node could not do it.";
    if (cause instanceof CommandException told) {
      code = told.code();
      text = told.getMessage() == null ? "" : told.getMessage();
    }
    return new Letter("", "", number, NullNode.getInstance(), code, text);
  }

  boolean isAnswer() {
    return kind.isEmpty();
  }

  boolean wantsAnswer() {
    return !from.isEmpty();
  }

  /** What an answer says, if it is a failure. */
  Optional<CommandException> failure() {
    return errorCode.isEmpty()
        ? Optional.empty()
        : Optional.of(new CommandException(errorCode, errorText));
  }

  byte[] encode() {
    ObjectNode json = JSON.createObjectNode();
    json.put("kind", kind).put("from", from).put("number", number);
    json.put("code", errorCode).put("text", errorText);
    json.set("body", body);
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException halfACharacter) {
      try {
        return ESCAPING.writeValueAsBytes(json);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e); // with escapes every tree can be written
      }
    }
  }

  /** Reads a letter; empty if it is none. */
  static Optional<Letter> decode(byte[] payload) {
    JsonNode json;
    try {
      json = JSON.readTree(payload);
    } catch (IOException e) {
      return Optional.empty();
    }
    if (json == null || !json.isObject() || !json.path("kind").isTextual()) {
      return Optional.empty();
    }
    return Optional.of(
        new Letter(
            json.path("kind").asText(),
            json.path("from").asText(),
            json.path("number").asLong(),
            json.path("body"),
            json.path("code").asText(),
            json.path("text").asText()));
  }
}
