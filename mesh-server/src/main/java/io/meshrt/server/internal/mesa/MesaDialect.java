// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mesa;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.codec.Envelope;
import io.meshrt.core.codec.EnvelopeKeys;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.codec.Welcome;
import io.meshrt.core.protocol.CloseCode;
import io.meshrt.core.protocol.RequestId;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.dialect.Failure;
import io.meshrt.server.internal.dialect.ForeignDialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.Inbound;
import io.meshrt.server.internal.dialect.Pulse;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.inbox.FeedWords;
import io.meshrt.server.mesa.MesaOptions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Mesa's clients say and understand. */
public final class MesaDialect implements ForeignDialect {
  /** The built-in that an op 2 asks for; no other dialect has a name for it. */
  static final String AUTHENTICATE = "mesa-authenticate";

  private static final EnvelopeKeys KEYS = EnvelopeKeys.of("op", "t", "d");

  /** How it writes messages that were kept. */
  public static final FeedWords KEPT = MesaFrame::message;

  private static final byte[] FIRST_PING = MesaFrame.of(MesaFrame.HEARTBEAT, RawJson.EMPTY_OBJECT);

  private static final JsonValues VALUES = new JsonValues();

  private final MesaOptions options;
  private final HeartbeatOptions heartbeat;
  private final byte[] hello;

  /**
   * For all connections of an endpoint.
   *
   * @param authenticationTimeout told to clients
   */
  public MesaDialect(MesaOptions options, Duration authenticationTimeout) {
    this.options = options;
    this.heartbeat =
        HeartbeatOptions.defaults()
            .withPingInterval(options.heartbeatInterval())
            .withMaxMissedPongs(options.heartbeatAttempts());
    this.hello = hello(options, authenticationTimeout);
  }

  private static byte[] hello(MesaOptions options, Duration authenticationTimeout) {
    ObjectNode hello = JsonNodeFactory.instance.objectNode();
    hello.put("c_heartbeat_interval", options.heartbeatInterval().toMillis());
    if (!options.reconnectInterval().isZero()) {
      hello.put("c_reconnect_interval", options.reconnectInterval().toMillis());
    }
    hello.put("c_authentication_timeout", authenticationTimeout.toMillis());
    ArrayNode rules = hello.putArray("rules"); // clients fail without it
    if (options.storesMessages()) {
      rules.add("store_messages");
    }
    if (options.sendsUser()) {
      rules.add("sends_user_object");
    }
    return MesaFrame.of(MesaFrame.HELLO, VALUES.encode(hello));
  }

  /** How the endpoint is to behave. */
  MesaOptions options() {
    return options;
  }

  @Override
  public boolean acknowledges() {
    return false;
  }

  @Override
  public Pulse pulse() {
    return Pulse.MEASURING_IN_ORDER;
  }

  @Override
  public HeartbeatOptions heartbeat(HeartbeatOptions common) {
    return heartbeat;
  }

  @Override
  public List<byte[]> greeting(Welcome welcome) {
    return List.of(hello);
  }

  @Override
  public Inbound read(EnvelopeReader reader, byte[] buffer, int offset, int length) {
    return read(reader.read(buffer, offset, length, KEYS));
  }

  @Override
  public Inbound read(Envelope envelope) {
    RequestId opcode = envelope.id();
    if (opcode == null || !opcode.isNumber()) {
      return Inbound.Ignored.INSTANCE;
    }
    return switch ((int) Math.min(opcode.number(), Integer.MAX_VALUE)) {
      case MesaFrame.DISPATCH -> message(envelope);
      case MesaFrame.AUTHENTICATE ->
          new Request(
              NO_ID, "authenticate", AUTHENTICATE, true, Generation.FOREIGN, data(envelope));
      case MesaFrame.HEARTBEAT, MesaFrame.HEARTBEAT_ANSWER -> new Inbound.Pong(-1);
      default -> Inbound.Ignored.INSTANCE;
    };
  }

  private static Inbound message(Envelope envelope) {
    String type = envelope.command();
    if (type == null || !envelope.isCommandText() || ApplicationNames.flawOf(type) != null) {
      return Inbound.Ignored.INSTANCE;
    }
    return new Request(NO_ID, type, type, false, Generation.FOREIGN, data(envelope));
  }

  private static RawJson data(Envelope envelope) {
    return envelope.hasPayload() ? envelope.payload() : RawJson.EMPTY_OBJECT;
  }

  @Override
  public byte[] reply(Request request, @Nullable RawJson payload) {
    if (request.builtIn()) {
      return MesaFrame.of(
          MesaFrame.AUTHENTICATED, payload == null ? RawJson.EMPTY_OBJECT : payload);
    }
    return payload == null || payload.isNull()
        ? NOTHING
        : MesaFrame.message(request.name(), payload);
  }

  @Override
  public byte[] failure(Request request, Failure failure) {
    String type = options.errorType();
    if (type == null || (request.builtIn() && options.closesOnRefusal())) {
      return NOTHING;
    }
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.put("type", request.displayName());
    error.put("code", failure.code());
    error.put("message", failure.message());
    if (failure.data() != null) {
      error.set("data", failure.data());
    }
    return MesaFrame.message(type, VALUES.encode(error));
  }

  @Override
  public byte[] push(String name, RawJson payload) {
    return MesaFrame.message(name, payload);
  }

  @Override
  public byte[] ping(long time, long latencyMillis, int unanswered) {
    if (unanswered == 0) {
      return FIRST_PING;
    }
    String tries = "{\"tries\":" + unanswered + ",\"max\":" + options.heartbeatAttempts() + "}";
    return MesaFrame.of(MesaFrame.HEARTBEAT, RawJson.parse(tries));
  }

  @Override
  public int closeCode(int code) {
    if (code == CloseCode.NO_PONG.code()) {
      return CloseCode.NO_STATUS.code();
    }
    if (code == CloseCode.CREDENTIALS_EXPIRED.code()) {
      return CloseCode.POLICY_VIOLATION.code();
    }
    return code == CloseCode.SHUTDOWN.code() ? CloseCode.GOING_AWAY.code() : code;
  }
}
