// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.work;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a worker writes to the server whose client waits. Payloads go as text: no number in them is
 * read and written on the way.
 *
 * @param id of the command
 * @param payload of the reply; null for none, or a failure
 * @param failure of the command, or null
 */
public record WorkAnswer(String id, @Nullable RawJson payload, @Nullable CommandException failure) {
  /** Letters that answer. */
  public static final String ANSWER = "work.answer";

  /** Letters that say that a worker has begun. */
  public static final String BEGUN = "work.begun";

  /** The letter. */
  public JsonNode encode() {
    ObjectNode letter = JsonNodeFactory.instance.objectNode().put("id", id);
    if (failure != null) {
      letter.put("code", failure.code()).put("text", failure.getMessage());
      failure.data().ifPresent(data -> letter.set("data", data));
    } else if (payload != null) {
      letter.put("payload", payload.toString());
    }
    return letter;
  }

  /** Reads a letter; empty if it is no answer. */
  public static Optional<WorkAnswer> decode(JsonNode letter) {
    String id = letter.path("id").asText();
    if (letter.has("code")) {
      String code = letter.path("code").asText();
      String text = letter.path("text").asText();
      return code.isBlank()
          ? Optional.empty()
          : Optional.of(
              new WorkAnswer(id, null, new CommandException(code, text, letter.get("data"))));
    }
    JsonNode payload = letter.get("payload");
    if (payload == null) {
      return Optional.of(new WorkAnswer(id, null, null));
    }
    return Payload.of(payload.asText().getBytes(UTF_8))
        .map(reply -> new WorkAnswer(id, reply, null));
  }

  /** The letter that says that a worker has begun. */
  public static JsonNode begun(String id) {
    return JsonNodeFactory.instance.objectNode().put("id", id);
  }
}
