// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import io.meshrt.core.codec.Envelope;
import io.meshrt.core.codec.EnvelopeWriter;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.codec.Welcome;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.core.protocol.RequestId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The negotiated subprotocol {@code mesh.v1}. */
final class V1Dialect implements Dialect {
  static final V1Dialect INSTANCE = new V1Dialect();

  private static final String WELCOME = Generation.V1.wireName("welcome");
  private static final String GOING_AWAY = Generation.V1.wireName("going-away");
  private static final String ERROR = Generation.V1.wireName("error");

  private V1Dialect() {}

  @Override
  public boolean strict() {
    return true;
  }

  @Override
  public Pulse pulse() {
    return Pulse.MEASURING;
  }

  @Override
  public List<byte[]> greeting(Welcome welcome) {
    return List.of(EnvelopeWriter.push(WELCOME, welcome.toJson()));
  }

  @Override
  public Inbound read(Envelope envelope) {
    if (!envelope.isObject()) {
      return new Inbound.Malformed(null, "not an object");
    }
    String command = envelope.command();
    if (command == null) {
      return reply(envelope);
    }
    RequestId id = envelope.id();
    RequestId number = id != null && id.isNumber() ? id : null;
    if (!envelope.isCommandText()) {
      return new Inbound.Malformed(number, "command: not a string");
    }
    if (command.equals("pong")) {
      return new Inbound.Pong(PongTime.read(envelope.payload()));
    }
    if (command.equals("latency:response")) {
      return Inbound.Ignored.INSTANCE;
    }
    if (number == null) {
      return new Inbound.Malformed(null, id == null ? "id: missing" : "id: not a whole number");
    }
    if (ApplicationNames.isTooLong(command)) {
      return new Inbound.Malformed(
          number, "command: longer than " + ApplicationNames.MAX_BYTES + " bytes");
    }
    return request(number, command, envelope.payload());
  }

  private static Request request(RequestId id, String command, RawJson payload) {
    String prefix = Generation.V1.prefix();
    if (command.startsWith(prefix)) {
      String bareName = command.substring(prefix.length());
      if (BuiltIns.contains(Generation.V1, bareName)) {
        return new Request(id, command, bareName, true, Generation.V1, payload);
      }
    }
    return new Request(id, command, command, false, Generation.V1, payload);
  }

  /** Its id is one of ours, so whatever is wrong with it, it is not answered under that id. */
  private static Inbound reply(Envelope envelope) {
    RequestId id = envelope.id();
    if (id == null || !id.isNumber()) {
      return new Inbound.Malformed(null, "neither a request nor a reply");
    }
    if (envelope.error() == null && !envelope.hasPayload()) {
      return new Inbound.Malformed(null, "a reply without payload and error");
    }
    return new Inbound.Reply(id.number(), envelope.payload(), envelope.error());
  }

  @Override
  public byte[] reply(Request request, @Nullable RawJson payload) {
    return EnvelopeWriter.reply(request.id(), null, payload == null ? RawJson.NULL : payload);
  }

  @Override
  public byte[] failure(Request request, Failure failure) {
    return failure(request.id(), failure);
  }

  @Override
  public RawJson builtInResult(Request request, RawJson payload) {
    return payload;
  }

  @Override
  public byte[] builtInFailure(Request request, Failure failure) {
    return failure(request, failure);
  }

  @Override
  public byte[] failure(RequestId id, Failure failure) {
    RawJson data =
        failure.data() == null
            ? null
            : RawJson.ofValid(failure.data().toString().getBytes(StandardCharsets.UTF_8));
    return EnvelopeWriter.failure(id, failure.code(), failure.message(), data);
  }

  @Override
  public byte[] protest(String message) {
    return EnvelopeWriter.push(
        ERROR, EnvelopeWriter.errorObject(ErrorCode.BAD_REQUEST.wire(), message, null));
  }

  @Override
  public byte[] push(String name, RawJson payload) {
    return EnvelopeWriter.push(name, payload);
  }

  @Override
  public byte[] goingAway(long reconnectAfterMillis) {
    String json = "{\"reconnectAfterMillis\":" + reconnectAfterMillis + "}";
    return EnvelopeWriter.push(
        GOING_AWAY, RawJson.ofValid(json.getBytes(StandardCharsets.US_ASCII)));
  }

  @Override
  public Optional<byte[]> call(long id, String name, RawJson payload) {
    return Optional.of(EnvelopeWriter.request(id, name, payload));
  }

  @Override
  public byte[] ping(long time, long latencyMillis, int unanswered) {
    String json =
        latencyMillis < 0
            ? "{\"t\":" + time + "}"
            : "{\"t\":" + time + ",\"latency\":" + latencyMillis + "}";
    return EnvelopeWriter.push("ping", RawJson.ofValid(json.getBytes(StandardCharsets.US_ASCII)));
  }

  @Override
  public List<byte[]> latencyPair(long latencyMillis) {
    return List.of();
  }
}
