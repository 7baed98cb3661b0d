// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.ClientError;
import io.meshrt.client.internal.call.CallLine;
import io.meshrt.client.internal.call.Calls;
import io.meshrt.client.internal.callback.ErrorReports;
import io.meshrt.client.internal.callback.MessageListeners;
import io.meshrt.client.internal.dialect.Gap;
import io.meshrt.client.internal.dialect.Inbound;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.RequestId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Brings what the server sends to whom it is for. */
final class InboundRouter {
  private final Calls calls;
  private final ServerCommands commands;
  private final MessageListeners messages;
  private final ErrorReports errors;
  private final StatusBoard status;
  private final Map<String, List<Consumer<RawJson>>> builtInPushes = new HashMap<>();

  InboundRouter(Calls calls, ClientSession.Rooms rooms) {
    this.calls = calls;
    this.commands = rooms.commands();
    this.messages = rooms.messages();
    this.errors = rooms.errors();
    this.status = rooms.status();
  }

  /** Has {@code listener} hear the built-in pushes of a name, given without its prefix. */
  void onBuiltInPush(String bareName, Consumer<RawJson> listener) {
    builtInPushes.computeIfAbsent(bareName, name -> new ArrayList<>()).add(listener);
  }

  void route(CallLine line, Inbound inbound) {
    switch (inbound.kind()) {
      case REPLY -> onReply(inbound);
      case REQUEST -> commands.onRequest(line, inbound);
      case PUSH -> messages.deliver(inbound.name(), inbound.payload());
      case PROTEST -> errors.report(ClientError.Kind.PROTEST, inbound.name(), null);
      case MALFORMED ->
          errors.report(
              ClientError.Kind.MALFORMED_FRAME, "a frame of the server made no sense", null);
      case BUILT_IN_PUSH -> onBuiltInPush(line, inbound);
      case GAP -> onGap(Gap.read(inbound.payload()));
      case ASSIGN_ID -> status.onLateId(inbound.name());
      case GOING_AWAY, PING, LATENCY, LATENCY_REQUEST, IGNORED -> {}
    }
  }

  private void onBuiltInPush(CallLine line, Inbound inbound) {
    builtInPushes
        .getOrDefault(inbound.name(), List.of())
        .forEach(listener -> listener.accept(inbound.payload()));
    if (line.dialect().sharesBuiltInNames()) {
      messages.deliver(inbound.name(), inbound.payload());
    }
  }

  private void onGap(Gap gap) {
    errors.report(
        ClientError.Kind.GAP,
        gap.subject(),
        gap.name(),
        "the server lost messages; pushes may be missing",
        null);
  }

  private void onReply(Inbound inbound) {
    RequestId id = Objects.requireNonNull(inbound.id());
    RawJson payload = inbound.failure() == null ? inbound.payload() : RawJson.NULL;
    calls.onReply(id, payload, inbound.failure());
  }
}
