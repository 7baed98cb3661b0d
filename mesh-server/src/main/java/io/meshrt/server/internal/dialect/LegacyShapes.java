// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.ErrorCode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the built-ins answer clients of the family where that is not what the features return
 * (mesh-protocol 9). Features return what {@code mesh/} clients get, and fail to refuse; those of
 * channels return what {@link ChannelShapes} makes for each generation.
 */
final class LegacyShapes {
  private static final RawJson NO_SUCCESS = json("{\"success\":false}");
  private static final RawJson NO_HISTORY = json("{\"success\":false,\"history\":[]}");
  private static final RawJson NO_PRESENCE = json("{\"success\":false,\"present\":[]}");
  private static final RawJson NO_COLLECTION =
      json("{\"success\":false,\"ids\":[],\"records\":[],\"version\":0}");

  /** What is refused by a result; what is not here is refused by the error object. */
  private static final Map<String, RawJson> REFUSALS =
      Map.of(
          "subscribe-channel", NO_HISTORY,
          "get-channel-history", NO_HISTORY,
          "subscribe-record", NO_SUCCESS,
          "set-my-connection-metadata", NO_SUCCESS,
          "subscribe-presence", NO_PRESENCE,
          "get-presence-state", NO_PRESENCE,
          "publish-presence-state", RawJson.FALSE,
          "clear-presence-state", RawJson.FALSE,
          "subscribe-collection", NO_COLLECTION);

  /** What answers by {@code false} whatever it failed with: its clients take all else for true. */
  private static final Set<String> TRUE_OR_FALSE =
      Set.of("publish-presence-state", "clear-presence-state");

  private static final JsonValues VALUES = new JsonValues();

  private LegacyShapes() {}

  /** The result that tells a refusal; empty where the error object does. */
  static Optional<RawJson> refusal(String bareName, Failure failure) {
    boolean byResult =
        failure.code().equals(ErrorCode.ACCESS_DENIED.wire()) || TRUE_OR_FALSE.contains(bareName);
    return byResult ? Optional.ofNullable(REFUSALS.get(bareName)) : Optional.empty();
  }

  /** The failure for the error object. */
  static Failure failure(String bareName, Failure failure) {
    return bareName.equals("transaction")
        ? new Failure("ETXN", failure.message(), null, "TransactionError")
        : failure;
  }

  /** What a feature returned, for the generation that asked. */
  static RawJson result(Generation generation, String bareName, RawJson payload) {
    if (generation != Generation.BARE) {
      return payload;
    }
    return bareName.equals("subscribe-presence") ? idsOnly(payload) : payload;
  }

  private static RawJson idsOnly(RawJson payload) {
    if (!(VALUES.tree(payload) instanceof ObjectNode reply)) {
      return payload;
    }
    ArrayNode ids = JsonNodeFactory.instance.arrayNode();
    reply.path("present").forEach(member -> ids.add(member.path("id")));
    reply.set("present", ids);
    reply.remove("states");
    return VALUES.encode(reply);
  }

  private static RawJson json(String text) {
    return RawJson.parse(text);
  }
}
