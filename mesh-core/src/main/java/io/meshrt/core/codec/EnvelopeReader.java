// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshrt.core.protocol.RequestId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads frames. Thread-safe; one instance serves all connections that share its limits. */
public final class EnvelopeReader {
  static final EnvelopeReader OF_ANY_SIZE =
      new EnvelopeReader(new JsonLimits(64, 100, 256, Integer.MAX_VALUE, Integer.MAX_VALUE));

  private static final ObjectMapper TREES =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final JsonLimits limits;

  /** A reader that refuses what exceeds the limits. */
  public EnvelopeReader(JsonLimits limits) {
    this.limits = limits;
  }

  /**
   * Reads one frame. Keeps nothing of the buffer.
   *
   * @throws MalformedJsonException when the bytes are not JSON, or not as strict as asked
   */
  public Envelope read(byte[] buffer, int offset, int length) {
    if (length > limits.maxBytes()) {
      throw new MalformedJsonException("longer than " + limits.maxBytes() + " bytes", 0);
    }
    try {
      JsonNode json = TREES.readTree(buffer, offset, length);
      if (!json.isObject()) {
        return Envelope.NOT_AN_OBJECT;
      }
      JsonNode command = json.get("command");
      return new Envelope(
          true,
          id(json.get("id")),
          command == null ? null : command.isTextual() ? command.textValue() : command.toString(),
          command != null && command.isTextual(),
          raw(json.get("payload")),
          raw(json.get("error")));
    } catch (IOException e) {
      throw new MalformedJsonException("not JSON", 0);
    }
  }

  private static @Nullable RequestId id(@Nullable JsonNode id) {
    if (id == null) {
      return null;
    }
    return id.isIntegralNumber() && id.longValue() >= 0 && id.longValue() <= RequestId.MAX_NUMBER
        ? RequestId.of(id.longValue())
        : RequestId.ofJson(id.toString());
  }

  private static @Nullable RawJson raw(@Nullable JsonNode json) {
    return json == null
        ? null
        : RawJson.ofValid(json.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
