// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import io.meshrt.client.Generation;
import io.meshrt.client.internal.dialect.Inbound.Kind;
import io.meshrt.core.codec.Envelope;
import io.meshrt.core.codec.EnvelopeWriter;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.core.protocol.RequestId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The frames of the legacy generations, which differ in nothing but the prefix of built-in names:
 * every frame with an id is a reply, and a failure hides in its payload.
 */
final class LegacyDialect implements Dialect {
  private static final LegacyDialect MESH = new LegacyDialect(Generation.MESH);
  private static final LegacyDialect REALTIME = new LegacyDialect(Generation.REALTIME);
  private static final LegacyDialect BARE = new LegacyDialect(Generation.BARE);

  /** What no server without a prefix has: under these names it may have the application's own. */
  private static final Set<String> NOT_BARE =
      Set.of(
          Names.JOIN_ROOM,
          Names.LEAVE_ROOM,
          Names.GET_ROOM_METADATA,
          Names.GET_CONNECTION_METADATA,
          Names.GET_MY_METADATA,
          Names.SET_MY_METADATA,
          Names.PUBLISH_PRESENCE_STATE,
          Names.CLEAR_PRESENCE_STATE,
          Names.GET_PRESENCE_STATE,
          Names.GET_CHANNEL_HISTORY,
          Names.PUBLISH_CHANNEL,
          Names.GET_RECORD,
          Names.SUBSCRIBE_COLLECTION,
          Names.UNSUBSCRIBE_COLLECTION,
          Names.TRANSACTION);

  /** Answered false where there was nothing to end, which is no refusal. */
  private static final Set<String> ENDING =
      Set.of(
          Names.UNSUBSCRIBE_PRESENCE,
          Names.UNSUBSCRIBE_CHANNEL,
          Names.UNSUBSCRIBE_RECORD,
          Names.UNSUBSCRIBE_COLLECTION);

  /** What older servers would do without its condition. */
  private static final Set<String> CONDITIONAL =
      Set.of(
          Names.PUBLISH_RECORD_UPDATE_IF,
          Names.TRANSACTION_IF,
          Names.JOIN_ROOM_PERSISTENTLY,
          Names.LEAVE_ROOM_HERE,
          Names.RESTORE_ROOMS,
          Names.SEND_TO_ROOM);

  private final Generation generation;
  private final String prefix;

  private LegacyDialect(Generation generation) {
    this.generation = generation;
    this.prefix = Names.prefix(generation);
  }

  static LegacyDialect of(Generation generation) {
    return switch (generation) {
      case MESH -> MESH;
      case REALTIME -> REALTIME;
      case BARE -> BARE;
      case V1 -> throw new IllegalArgumentException("generation: " + generation);
    };
  }

  @Override
  public Generation generation() {
    return generation;
  }

  @Override
  public Inbound read(Envelope envelope) {
    RequestId id = envelope.id();
    if (id != null) {
      return id.isNumber() ? Inbound.reply(id, envelope.payload()) : Inbound.NOTHING;
    }
    String command = envelope.command();
    if (command == null || !envelope.isCommandText()) {
      return Inbound.NOTHING;
    }
    RawJson payload = envelope.payload();
    return switch (command) {
      case Names.PING -> Inbound.of(Kind.PING, "", payload);
      case Names.LATENCY_REQUEST -> Inbound.of(Kind.LATENCY_REQUEST, "", payload);
      case Names.LATENCY -> Inbound.of(Kind.LATENCY, "", payload);
      case Names.MESH_PREFIX + Names.ASSIGN_ID, Names.REALTIME_PREFIX + Names.ASSIGN_ID ->
          Inbound.of(Kind.ASSIGN_ID, LegacyPayload.text(payload), payload);
      default -> push(command, payload);
    };
  }

  private Inbound push(String command, RawJson payload) {
    String builtIn = Names.builtInPush(generation, command);
    if (!builtIn.isEmpty()) {
      return Inbound.of(Kind.BUILT_IN_PUSH, builtIn, payload);
    }
    return Names.isPrefixed(command) || Names.isHeartbeat(command)
        ? Inbound.NOTHING
        : Inbound.of(Kind.PUSH, command, payload);
  }

  @Override
  public byte[] call(long id, String name, RawJson payload) {
    return EnvelopeWriter.request(id, name, payload.isNull() ? RawJson.EMPTY_OBJECT : payload);
  }

  @Override
  public byte[] callBuiltIn(long id, String bareName, RawJson payload) {
    return call(id, prefix + bareName, payload);
  }

  @Override
  public @Nullable CommandException failureIn(RawJson payload) {
    return LegacyPayload.failure(payload);
  }

  @Override
  public @Nullable CommandException lackOf(String bareName) {
    boolean lacking =
        CONDITIONAL.contains(bareName)
            || (generation == Generation.BARE && NOT_BARE.contains(bareName));
    return lacking ? lacks(bareName) : null;
  }

  @Override
  public @Nullable CommandException failureInBuiltIn(String bareName, RawJson payload) {
    CommandException failure = LegacyPayload.failure(payload);
    if (failure == null) {
      boolean refused = !ENDING.contains(bareName) && LegacyPayload.refusal(payload);
      return refused ? CommandException.accessDenied("The server refused " + bareName + ".") : null;
    }
    boolean unknown =
        failure.is(ErrorCode.NOT_FOUND)
            && ("Command \"" + prefix + bareName + "\" not found").equals(failure.getMessage());
    return unknown ? lacks(bareName) : failure;
  }

  private CommandException lacks(String bareName) {
    return CommandException.notFound(
        "The server, of generation " + generation + ", has no built-in command " + bareName + ".");
  }

  @Override
  public boolean ordersBuiltIns() {
    return false;
  }

  @Override
  public boolean newestFirst() {
    return generation == Generation.BARE;
  }

  @Override
  public boolean tellsMembersAsRecords() {
    return true;
  }

  @Override
  public boolean sharesBuiltInNames() {
    return generation == Generation.BARE;
  }

  @Override
  public byte[] pong(long id, RawJson pingPayload) {
    return EnvelopeWriter.request(id, Names.PONG, RawJson.EMPTY_OBJECT);
  }

  @Override
  public byte[] latencyResponse(long id, RawJson payload) {
    return EnvelopeWriter.request(id, Names.LATENCY_RESPONSE, payload);
  }

  @Override
  public double latencyMillis(RawJson payload) {
    return LegacyPayload.number(payload);
  }

  @Override
  public byte[] reply(RequestId id, RawJson payload) {
    throw new IllegalStateException("legacy servers call no commands");
  }

  @Override
  public byte[] failure(RequestId id, String code, String message, @Nullable RawJson data) {
    throw new IllegalStateException("legacy servers call no commands");
  }
}
