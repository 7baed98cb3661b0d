// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a server tells a {@code mesh.v1} client in its first frame, {@code mesh/welcome}.
 *
 * @param connectionId id of this connection; a new one each time a client connects
 * @param nodeId id of the node the connection is on
 * @param pingIntervalMillis time between two pings of the server
 * @param maxMissedPongs so many pings may stay unanswered before the server closes
 * @param maxMessageBytes largest message the server takes
 * @param maxRunningCommands commands the server runs at once for this connection
 * @param maxWaitingCommands commands that may wait behind them
 * @param maxWaitingBytes bytes that may wait behind them
 * @param serverTimeMillis the server's clock, milliseconds since 1970
 * @param identityId who the client is, if it has authenticated
 * @param persistentRooms whether the server may remember rooms of the client
 */
public record Welcome(
    String connectionId,
    String nodeId,
    long pingIntervalMillis,
    int maxMissedPongs,
    int maxMessageBytes,
    int maxRunningCommands,
    int maxWaitingCommands,
    int maxWaitingBytes,
    long serverTimeMillis,
    @Nullable String identityId,
    boolean persistentRooms) {
  private static final JsonValues JSON = new JsonValues();

  /** That of a server that remembers no rooms. */
  public Welcome(
      String connectionId,
      String nodeId,
      long pingIntervalMillis,
      int maxMissedPongs,
      int maxMessageBytes,
      int maxRunningCommands,
      int maxWaitingCommands,
      int maxWaitingBytes,
      long serverTimeMillis,
      @Nullable String identityId) {
    this(
        connectionId,
        nodeId,
        pingIntervalMillis,
        maxMissedPongs,
        maxMessageBytes,
        maxRunningCommands,
        maxWaitingCommands,
        maxWaitingBytes,
        serverTimeMillis,
        identityId,
        false);
  }

  /** Checks nothing but presence: the numbers are the server's word. */
  public Welcome {
    Objects.requireNonNull(connectionId, "connectionId");
    Objects.requireNonNull(nodeId, "nodeId");
  }

  /** The payload of the frame. */
  public RawJson toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("connectionId", connectionId);
    json.put("nodeId", nodeId);
    json.put("pingIntervalMillis", pingIntervalMillis);
    json.put("maxMissedPongs", maxMissedPongs);
    json.putObject("limits")
        .put("maxMessageBytes", maxMessageBytes)
        .put("maxRunningCommands", maxRunningCommands)
        .put("maxWaitingCommands", maxWaitingCommands)
        .put("maxWaitingBytes", maxWaitingBytes);
    json.put("serverTimeMillis", serverTimeMillis);
    if (identityId != null) {
      json.put("identity", identityId);
    }
    if (persistentRooms) {
      json.put("persistentRooms", true);
    }
    return JSON.encode(json);
  }

  /**
   * Reads the payload of the frame; what it does not know it ignores.
   *
   * @throws IllegalArgumentException when a field is missing or of the wrong kind; names the field
   */
  public static Welcome fromJson(RawJson payload) {
    JsonNode json = JSON.tree(payload);
    JsonNode limits = json.path("limits");
    return new Welcome(
        text(json, "connectionId"),
        text(json, "nodeId"),
        number(json, "pingIntervalMillis"),
        count(json, "maxMissedPongs"),
        count(limits, "maxMessageBytes"),
        count(limits, "maxRunningCommands"),
        count(limits, "maxWaitingCommands"),
        count(limits, "maxWaitingBytes"),
        number(json, "serverTimeMillis"),
        json.hasNonNull("identity") ? text(json, "identity") : null,
        json.path("persistentRooms").asBoolean(false));
  }

  private static String text(JsonNode json, String name) {
    JsonNode value = json.path(name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("welcome." + name + ": expected a text");
    }
    return value.textValue();
  }

  private static long number(JsonNode json, String name) {
    JsonNode value = json.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException("welcome." + name + ": expected a whole number");
    }
    return value.longValue();
  }

  private static int count(JsonNode json, String name) {
    long value = number(json, name);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("welcome." + name + ": out of range");
    }
    return (int) value;
  }
}
