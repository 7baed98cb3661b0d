// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshrt.client.Generation;
import io.meshrt.client.internal.dialect.Inbound.Kind;
import io.meshrt.core.codec.Envelope;
import io.meshrt.core.codec.EnvelopeWriter;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.RequestId;
import org.jspecify.annotations.Nullable;

/** The frames of {@code mesh.v1}. */
final class V1Dialect implements Dialect {
  static final V1Dialect INSTANCE = new V1Dialect();

  private final JsonValues json = new JsonValues();

  private V1Dialect() {}

  @Override
  public Generation generation() {
    return Generation.V1;
  }

  @Override
  public Inbound read(Envelope envelope) {
    RequestId id = envelope.id();
    String command = envelope.command();
    if (!envelope.isObject() || (command != null && !envelope.isCommandText())) {
      return Inbound.NONSENSE;
    }
    if (id == null) {
      return command == null ? Inbound.NONSENSE : push(command, envelope.payload());
    }
    if (!id.isNumber()) {
      return Inbound.NONSENSE;
    }
    if (command != null) {
      return Inbound.request(id, command, envelope.payload());
    }
    RawJson error = envelope.error();
    return error == null || error.isNull()
        ? Inbound.reply(id, envelope.payload())
        : Inbound.failedReply(id, failure(json.tree(error)));
  }

  private Inbound push(String command, RawJson payload) {
    if (command.equals(Names.PING)) {
      return Inbound.of(Kind.PING, "", payload);
    }
    if (command.equals(Names.PROTEST)) {
      JsonNode protest = json.tree(payload);
      return Inbound.of(
          Kind.PROTEST,
          protest.path("code").asText("") + ": " + protest.path("message").asText(""),
          payload);
    }
    if (command.equals(Names.GAP)) {
      return Inbound.of(Kind.GAP, "", payload);
    }
    if (command.equals(Names.GOING_AWAY)) {
      return Inbound.of(Kind.GOING_AWAY, "", payload);
    }
    String builtIn = Names.builtInPush(Generation.V1, command);
    if (!builtIn.isEmpty()) {
      return Inbound.of(Kind.BUILT_IN_PUSH, builtIn, payload);
    }
    if (Names.isPrefixed(command) || Names.isHeartbeat(command)) {
      return Inbound.NOTHING;
    }
    return Inbound.of(Kind.PUSH, command, payload);
  }

  private static CommandException failure(JsonNode error) {
    String code = error.path("code").asText("");
    return new CommandException(
        code.isBlank() ? "ESERVER" : code, error.path("message").asText(""), error.get("data"));
  }

  @Override
  public byte[] call(long id, String name, RawJson payload) {
    return EnvelopeWriter.request(id, name, payload);
  }

  @Override
  public byte[] callBuiltIn(long id, String bareName, RawJson payload) {
    return EnvelopeWriter.request(
        id, Names.prefix(Generation.V1) + Names.ofWire(bareName), payload);
  }

  @Override
  public @Nullable CommandException failureIn(RawJson payload) {
    return null;
  }

  @Override
  public @Nullable CommandException lackOf(String bareName) {
    return null;
  }

  @Override
  public @Nullable CommandException failureInBuiltIn(String bareName, RawJson payload) {
    return null;
  }

  @Override
  public boolean ordersBuiltIns() {
    return true;
  }

  @Override
  public boolean newestFirst() {
    return true;
  }

  @Override
  public boolean tellsMembersAsRecords() {
    return false;
  }

  @Override
  public boolean sharesBuiltInNames() {
    return false;
  }

  @Override
  public byte[] pong(long id, RawJson pingPayload) {
    JsonNode time = json.tree(pingPayload).get("t");
    if (time == null) {
      return EnvelopeWriter.push(Names.PONG, RawJson.EMPTY_OBJECT);
    }
    JsonNode echo = JsonNodeFactory.instance.objectNode().set("t", time);
    return EnvelopeWriter.push(Names.PONG, json.encode(echo));
  }

  @Override
  public byte[] latencyResponse(long id, RawJson payload) {
    throw new IllegalStateException("mesh.v1 measures latency with its ping");
  }

  @Override
  public double latencyMillis(RawJson payload) {
    return json.tree(payload).path("latency").asDouble(-1);
  }

  @Override
  public byte[] reply(RequestId id, RawJson payload) {
    return EnvelopeWriter.reply(id, null, payload);
  }

  @Override
  public byte[] failure(RequestId id, String code, String message, @Nullable RawJson data) {
    return EnvelopeWriter.failure(id, code, message, data);
  }
}
