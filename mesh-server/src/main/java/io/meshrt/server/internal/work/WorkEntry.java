// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.work;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.worker.WorkClient;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One piece of work: a command or an event of a connection.
 *
 * <p>As bytes: a JSON object in one line, and behind the line break the payload as it came.
 *
 * @param id the same for every delivery
 * @param kind what it is
 * @param order whose work it is: what has the same is done in order
 * @param client who it is about
 * @param command name of the command; empty for events
 * @param startByMillis when it may still be begun with, by the cluster's clock; 0 for ever
 * @param answered whether the client's server waits for an answer
 * @param code close code of an end, else 0
 * @param reason of an end, else empty
 * @param payload of a command
 */
public record WorkEntry(
    String id,
    Kind kind,
    String order,
    WorkClient client,
    String command,
    long startByMillis,
    boolean answered,
    int code,
    String reason,
    RawJson payload) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** For texts with half a character, which only escapes can say. */
  private static final ObjectMapper ESCAPING =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /** What a piece of work is. */
  public enum Kind {
    /** A command of a client. */
    COMMAND,
    /** A connection opened. */
    CONNECTED,
    /** A connection got its identity. */
    AUTHENTICATED,
    /** A connection ended. */
    DISCONNECTED
  }

  /** A command. */
  public static WorkEntry command(
      String id,
      WorkClient client,
      String command,
      RawJson payload,
      long startByMillis,
      boolean answered) {
    String order = client.identity().map(Identity::id).orElse(client.connectionId());
    return new WorkEntry(
        id, Kind.COMMAND, order, client, command, startByMillis, answered, 0, "", payload);
  }

  /** An event, whose id is the same whoever tells of it. */
  public static WorkEntry event(Kind kind, WorkClient client, int code, String reason) {
    String id = client.connectionId();
    return new WorkEntry(
        kind + "." + id, kind, id, client, "", 0, false, code, reason, RawJson.NULL);
  }

  /** The number of the partition it belongs to. */
  public int partition() {
    return WorkGroup.partitionOf(order);
  }

  /** What to publish: a repeat is not published again. */
  public Outgoing outgoing() {
    return WorkGroup.outgoing(this);
  }

  byte[] encode() {
    ObjectNode head = JSON.createObjectNode();
    head.put("id", id).put("kind", kind.name()).put("order", order);
    head.put("connection", client.connectionId()).put("node", client.nodeId());
    client.identity().ifPresent(identity -> head.set("identity", encode(identity)));
    client.metadata().ifPresent(metadata -> head.set("metadata", metadata));
    head.put("address", client.remoteAddress());
    head.put("path", client.path()).put("query", client.queryString());
    if (!client.headers().isEmpty()) {
      head.set("headers", JSON.valueToTree(client.headers()));
    }
    if (kind == Kind.COMMAND) {
      head.put("command", command).put("startBy", startByMillis).put("answered", answered);
    } else {
      head.put("code", code).put("reason", reason);
    }
    byte[] first = write(head);
    byte[] all = Arrays.copyOf(first, first.length + 1 + payload.length());
    all[first.length] = '\n';
    payload.copyTo(all, first.length + 1);
    return all;
  }

  private static byte[] write(ObjectNode head) {
    try {
      return JSON.writeValueAsBytes(head);
    } catch (JsonProcessingException halfACharacter) {
      try {
        return ESCAPING.writeValueAsBytes(head);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e); // with escapes every tree can be written
      }
    }
  }

  private static ObjectNode encode(Identity identity) {
    ObjectNode json = JSON.createObjectNode().put("id", identity.id());
    json.set("claims", identity.claims());
    identity.expiresAt().ifPresent(end -> json.put("expiresAt", end.toEpochMilli()));
    return json;
  }

  /** Reads what was published; empty if it is no work. */
  public static Optional<WorkEntry> decode(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    if (end + 1 >= bytes.length) {
      return Optional.empty();
    }
    try {
      JsonNode head = JSON.readTree(new String(bytes, 0, end, UTF_8));
      return Payload.of(Arrays.copyOfRange(bytes, end + 1, bytes.length))
          .map(payload -> decode(head, payload));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private static WorkEntry decode(JsonNode head, RawJson payload) {
    WorkClient client =
        new WorkClient(
            head.path("connection").asText(),
            head.path("node").asText(),
            Optional.ofNullable(head.get("identity")).map(WorkEntry::identity),
            Optional.ofNullable(head.get("metadata")),
            head.path("address").asText(),
            head.path("path").asText(),
            head.path("query").asText(),
            headers(head.path("headers")));
    return new WorkEntry(
        head.path("id").asText(),
        Kind.valueOf(head.path("kind").asText()),
        head.path("order").asText(),
        client,
        head.path("command").asText(),
        head.path("startBy").asLong(),
        head.path("answered").asBoolean(),
        head.path("code").asInt(),
        head.path("reason").asText(),
        payload);
  }

  private static Map<String, List<String>> headers(JsonNode json) {
    Map<String, List<String>> headers = new HashMap<>();
    for (Map.Entry<String, JsonNode> header : json.properties()) {
      List<String> values = new ArrayList<>();
      header.getValue().forEach(value -> values.add(value.asText()));
      headers.put(header.getKey(), List.copyOf(values));
    }
    return headers;
  }

  private static Identity identity(JsonNode json) {
    Identity identity = Identity.of(json.path("id").asText()).withClaims(json.path("claims"));
    JsonNode end = json.get("expiresAt");
    return end == null ? identity : identity.withExpiry(Instant.ofEpochMilli(end.asLong()));
  }
}
