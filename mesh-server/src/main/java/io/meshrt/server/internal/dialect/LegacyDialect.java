// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import io.meshrt.core.codec.Envelope;
import io.meshrt.core.codec.EnvelopeWriter;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.codec.Welcome;
import io.meshrt.core.protocol.RequestId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The three generations of the JavaScript family, which share one envelope. */
final class LegacyDialect implements Dialect {
  private static final byte[] PING = EnvelopeWriter.push("ping", RawJson.EMPTY_OBJECT);
  private static final byte[] LATENCY_REQUEST =
      EnvelopeWriter.push("latency:request", RawJson.EMPTY_OBJECT);

  private final List<Generation> announced;

  LegacyDialect(Set<Generation> announced) {
    if (!announced.stream().allMatch(Generation::isPrefixedLegacy)) {
      throw new IllegalArgumentException("announced: " + announced);
    }
    this.announced = announced.stream().sorted().toList();
  }

  @Override
  public boolean strict() {
    return false;
  }

  @Override
  public Pulse pulse() {
    return Pulse.LATENCY_APART;
  }

  @Override
  public List<byte[]> greeting(Welcome welcome) {
    RawJson id = RawJson.ofString(welcome.connectionId());
    return announced.stream()
        .map(generation -> EnvelopeWriter.push(generation.wireName("assign-id"), id))
        .toList();
  }

  @Override
  public Inbound read(Envelope envelope) {
    if (!envelope.isObject()) {
      return Inbound.Ignored.INSTANCE;
    }
    String command = envelope.isCommandText() ? envelope.command() : null;
    if (command != null) {
      if (command.equals("pong")) {
        return Inbound.Pong.PLAIN;
      }
      if (command.equals("latency:response")) {
        return Inbound.LatencyResponse.INSTANCE;
      }
    }
    RequestId id = envelope.id();
    if (id == null) {
      return Inbound.Ignored.INSTANCE;
    }
    RawJson payload = envelope.hasPayload() ? envelope.payload() : RawJson.EMPTY_OBJECT;
    if (command == null) {
      String name = envelope.command() == null ? "undefined" : envelope.command();
      return ApplicationNames.isTooLong(name)
          ? malformedName(id)
          : new Request(id, null, name, false, Generation.BARE, payload);
    }
    if (ApplicationNames.isTooLong(command)) {
      return malformedName(id);
    }
    return request(id, command, payload);
  }

  private static Request request(RequestId id, String command, RawJson payload) {
    Generation generation = generationOf(command);
    String bareName = command.substring(generation.prefix().length());
    return BuiltIns.contains(generation, bareName)
        ? new Request(id, command, bareName, true, generation, payload)
        : new Request(id, command, command, false, Generation.BARE, payload);
  }

  private static Generation generationOf(String command) {
    if (command.startsWith(Generation.MESH.prefix())) {
      return Generation.MESH;
    }
    return command.startsWith(Generation.REALTIME.prefix()) ? Generation.REALTIME : Generation.BARE;
  }

  @Override
  public byte[] reply(Request request, @Nullable RawJson payload) {
    return EnvelopeWriter.reply(request.id(), request.command(), payload);
  }

  @Override
  public byte[] failure(Request request, Failure failure) {
    return EnvelopeWriter.reply(request.id(), request.command(), errorObject(failure));
  }

  @Override
  public RawJson builtInResult(Request request, RawJson payload) {
    return LegacyShapes.result(request.generation(), request.name(), payload);
  }

  @Override
  public byte[] builtInFailure(Request request, Failure failure) {
    return LegacyShapes.refusal(request.name(), failure)
        .map(refusal -> reply(request, refusal))
        .orElseGet(() -> failure(request, LegacyShapes.failure(request.name(), failure)));
  }

  @Override
  public byte[] failure(RequestId id, Failure failure) {
    return EnvelopeWriter.reply(id, null, errorObject(failure));
  }

  @Override
  public byte @Nullable [] protest(String message) {
    return null;
  }

  @Override
  public byte[] push(String name, RawJson payload) {
    return EnvelopeWriter.push(name, payload);
  }

  @Override
  public byte @Nullable [] goingAway(long reconnectAfterMillis) {
    return null;
  }

  @Override
  public Optional<byte[]> call(long id, String name, RawJson payload) {
    return Optional.empty();
  }

  @Override
  public byte[] ping(long time, long latencyMillis, int unanswered) {
    return PING;
  }

  @Override
  public List<byte[]> latencyPair(long latencyMillis) {
    RawJson latency = RawJson.ofNumber(Math.max(0, latencyMillis));
    return List.of(EnvelopeWriter.push("latency", latency), LATENCY_REQUEST);
  }

  private static RawJson errorObject(Failure failure) {
    String json =
        "{\"error\":"
            + RawJson.ofString(failure.message())
            + ",\"code\":"
            + RawJson.ofString(failure.code())
            + ",\"name\":"
            + RawJson.ofString(failure.legacyName())
            + "}";
    return RawJson.ofValid(json.getBytes(StandardCharsets.UTF_8));
  }

  private static Inbound malformedName(RequestId id) {
    return new Inbound.Malformed(
        id, "command: longer than " + ApplicationNames.MAX_BYTES + " bytes");
  }
}
