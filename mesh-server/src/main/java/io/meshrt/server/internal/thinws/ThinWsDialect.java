// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.thinws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.codec.Envelope;
import io.meshrt.core.codec.EnvelopeKeys;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.codec.Welcome;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Failure;
import io.meshrt.server.internal.dialect.ForeignDialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.Inbound;
import io.meshrt.server.internal.dialect.Pulse;
import io.meshrt.server.internal.dialect.Request;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What ThinWS's clients say and understand. Every frame is a built-in's; its reply is the ack. */
public final class ThinWsDialect implements ForeignDialect {
  /** The only one. */
  public static final ThinWsDialect INSTANCE = new ThinWsDialect();

  static final String CONNECT = "thinws-connect";
  static final String SUBSCRIBE = "thinws-subscribe";
  static final String UNSUBSCRIBE = "thinws-unsubscribe";
  static final String MESSAGE = "thinws-message";
  static final String DISCONNECT = "thinws-disconnect";

  /** Whatever else a client says: it is acknowledged. */
  static final String OTHER = "thinws-other";

  /** The keys of a room message that only ThinWS's clients get. */
  static final String ALONG = "along";

  private static final Set<String> TYPES =
      Set.of("connect", "subscribe", "unsubscribe", "message", "disconnect");
  private static final EnvelopeKeys KEYS = EnvelopeKeys.of("messageID", "type", "message");
  private static final JsonValues VALUES = new JsonValues();

  private ThinWsDialect() {}

  @Override
  public Pulse pulse() {
    return Pulse.PLAIN;
  }

  /** The clients have none. */
  @Override
  public HeartbeatOptions heartbeat(HeartbeatOptions common) {
    return common.withPingInterval(Duration.ofDays(1)).withMaxMissedPongs(Integer.MAX_VALUE);
  }

  @Override
  public List<byte[]> greeting(Welcome welcome) {
    return List.of();
  }

  @Override
  public Inbound read(EnvelopeReader reader, byte[] buffer, int offset, int length) {
    Envelope envelope = reader.read(buffer, offset, length, KEYS);
    if (!envelope.isObject()) {
      return Inbound.Ignored.INSTANCE;
    }
    String type = envelope.isCommandText() ? envelope.command() : null;
    String name = type != null && TYPES.contains(type) ? "thinws-" + type : OTHER;
    RawJson frame = RawJson.ofValid(Arrays.copyOfRange(buffer, offset, offset + length));
    return new Request(NO_ID, type == null ? OTHER : type, name, true, Generation.FOREIGN, frame);
  }

  @Override
  public Inbound read(Envelope envelope) {
    return Inbound.Ignored.INSTANCE;
  }

  @Override
  public byte[] reply(Request request, @Nullable RawJson payload) {
    ObjectNode ack = JsonNodeFactory.instance.objectNode().put("type", "ack");
    JsonNode id = VALUES.tree(request.payload()).get("messageID");
    if (id != null) {
      ack.set("messageID", id);
    }
    return VALUES.encode(ack).toByteArray();
  }

  @Override
  public byte[] failure(Request request, Failure failure) {
    boolean unable =
        failure.code().equals(ErrorCode.UNAVAILABLE.wire())
            || failure.code().equals(ErrorCode.SERVER.wire());
    ObjectNode error = JsonNodeFactory.instance.objectNode().put("type", "error");
    error.put("message", unable ? "Internal server error" : failure.message());
    return VALUES.encode(error).toByteArray();
  }

  @Override
  public byte[] push(String name, RawJson payload) {
    JsonNode told = VALUES.tree(payload);
    ObjectNode frame = JsonNodeFactory.instance.objectNode();
    if (!name.equals(Dialect.ROOM_MESSAGE)) {
      frame.put("type", name).set("message", told);
      return VALUES.encode(frame).toByteArray();
    }
    JsonNode along = told.path(ALONG);
    frame.put("type", "message");
    if (!along.has("payload")) {
      frame.set("message", told.path("message"));
    }
    frame.set("roomID", told.path("roomName"));
    along.properties().forEach(field -> frame.set(field.getKey(), field.getValue()));
    return VALUES.encode(frame).toByteArray();
  }

  @Override
  public byte[] ping(long time, long latencyMillis, int unanswered) {
    return NOTHING;
  }
}
