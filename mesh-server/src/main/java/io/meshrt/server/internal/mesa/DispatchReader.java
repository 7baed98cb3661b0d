// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mesa;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.MalformedJsonException;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.dialect.ApplicationNames;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what dispatchers publish: {@code message} and {@code recipients}. Immutable. */
final class DispatchReader {
  private static final String EVERYONE = "*";
  private static final String DISCONNECT = "DISCONNECT_CLIENT";
  private static final int MAX_IDS = 100_000;

  private static final JsonValues VALUES = new JsonValues();

  private final EnvelopeReader checker;

  DispatchReader(int maxBytes) {
    this.checker = new EnvelopeReader(JsonLimits.forMessages(maxBytes));
  }

  /** What it means; null when it means nothing. */
  @Nullable Dispatch read(byte[] publication) {
    try {
      if (!checker.read(publication, 0, publication.length).isObject()) {
        return null;
      }
    } catch (MalformedJsonException e) {
      return null;
    }
    JsonNode json = VALUES.tree(RawJson.ofValid(publication));
    JsonNode message = json.path("message");
    Set<String> recipients = ids(json.path("recipients"));
    Set<String> excluding = json.has("excluding") ? ids(json.path("excluding")) : Set.of();
    if (!message.path("op").isInt() || recipients == null || excluding == null) {
      return null;
    }
    boolean everyone = recipients.contains(EVERYONE);
    recipients.removeAll(excluding);
    return switch (message.path("op").intValue()) {
      case MesaFrame.DISPATCH -> message(message, everyone, recipients, excluding);
      case MesaFrame.EVENT ->
          // For everyone it would close the connections of all other clients too.
          DISCONNECT.equals(message.path("t").textValue()) && !everyone
              ? new Dispatch(
                  true, DISCONNECT, RawJson.EMPTY_OBJECT, false, recipients, excluding, false)
              : null;
      default -> null;
    };
  }

  private static @Nullable Dispatch message(
      JsonNode message, boolean everyone, Set<String> recipients, Set<String> excluding) {
    String name = message.path("t").textValue();
    if (name == null
        || ApplicationNames.flawOf(name) != null
        || ApplicationNames.isReserved(name)) {
      return null;
    }
    RawJson payload = message.has("d") ? VALUES.encode(message.get("d")) : RawJson.EMPTY_OBJECT;
    boolean mayBeKept = message.path("o").path("sync").asBoolean(true);
    return new Dispatch(
        false, name, payload, everyone, everyone ? Set.of() : recipients, excluding, mayBeKept);
  }

  /** Ids, of which numbers are taken as their digits; null when it is no array of such. */
  private static @Nullable Set<String> ids(JsonNode array) {
    if (!array.isArray() || array.size() > MAX_IDS) {
      return null;
    }
    Set<String> ids = new LinkedHashSet<>();
    for (JsonNode id : array) {
      if (!(id.isTextual() || id.isIntegralNumber())) {
        return null;
      }
      if (!id.asText().isEmpty()) {
        ids.add(id.asText());
      }
    }
    return ids;
  }
}
