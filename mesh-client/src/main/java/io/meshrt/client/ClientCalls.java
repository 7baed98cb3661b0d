// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.call.PendingReply;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.session.ClientSession;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The calls that an application makes. Thread-safe. */
final class ClientCalls {
  private final MeshClient.Parts parts;
  private final ClientSession session;
  private final Duration commandTimeout;

  ClientCalls(MeshClient.Parts parts, ClientSession session, Duration commandTimeout) {
    this.parts = parts;
    this.session = session;
    this.commandTimeout = commandTimeout;
  }

  /** How long a command may take that says nothing else. */
  Duration timeout() {
    return commandTimeout;
  }

  <T extends @Nullable Object> CompletableFuture<T> command(
      String name, @Nullable Object payload, Class<T> type, Duration timeout) {
    return call(name, payload, false, timeout, result -> decode(result, type));
  }

  <T extends @Nullable Object> CompletableFuture<T> command(
      String name, @Nullable Object payload, TypeReference<T> type, Duration timeout) {
    return call(name, payload, false, timeout, result -> decode(result, type));
  }

  CompletableFuture<JsonNode> raw(String name, @Nullable Object payload, Duration timeout) {
    return call(name, payload, true, timeout, parts.json()::tree);
  }

  CompletableFuture<JsonNode> authenticate(Object credentials) {
    JsonValues json = parts.json();
    RawJson payload;
    try {
      payload = json.encode(Map.of("credentials", credentials));
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    PendingReply<JsonNode> reply =
        new PendingReply<>(Names.AUTHENTICATE, json::tree, parts.callbacks());
    Call.Outcome outcome =
        new Call.Outcome() {
          @Override
          public void onReply(RawJson answer) {
            session.onAuthenticated(payload, answer);
            reply.onReply(answer);
          }

          @Override
          public void onFailure(RuntimeException failure) {
            reply.onFailure(failure);
          }
        };
    return submit(Call.builtIn(Names.AUTHENTICATE, payload, commandTimeout, outcome), reply);
  }

  private <T extends @Nullable Object> CompletableFuture<T> call(
      String name,
      @Nullable Object payload,
      boolean raw,
      Duration timeout,
      PendingReply.Decoder<T> decoder) {
    PendingReply<T> reply = new PendingReply<>(name, decoder, parts.callbacks());
    Call call;
    try {
      Names.requireApplicationName(name);
      MeshClientBuilder.requirePositive("timeout", timeout);
      call = Call.of(name, raw, parts.json().encode(payload), timeout, reply);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    return submit(call, reply);
  }

  private <T extends @Nullable Object> CompletableFuture<T> submit(
      Call call, PendingReply<T> reply) {
    if (!parts.loop().execute(() -> session.submit(call))) {
      reply.onFailure(closedFailure());
      return reply.future();
    }
    reply.onAbandoned(() -> parts.loop().execute(() -> session.forget(call)));
    return reply.future();
  }

  @SuppressWarnings("NullAway") // JSON null is null, which a T extends @Nullable Object may be
  private <T extends @Nullable Object> T decode(RawJson payload, Class<T> type) {
    return parts.json().decode(payload, type);
  }

  @SuppressWarnings("NullAway") // as above
  private <T extends @Nullable Object> T decode(RawJson payload, TypeReference<T> type) {
    return parts.json().decode(payload, type);
  }

  static CommandException closedFailure() {
    return new CommandException(ErrorCode.CLOSED, "The client is closed.");
  }
}
