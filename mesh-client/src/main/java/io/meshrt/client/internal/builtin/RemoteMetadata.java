// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.builtin;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.internal.call.PendingReply;
import io.meshrt.client.metadata.MetadataView;
import io.meshrt.core.codec.RawJson;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Metadata that a built-in command reads. Thread-safe. */
public final class RemoteMetadata implements MetadataView {
  private final BuiltIns builtIns;
  private final String lane;
  private final String command;
  private final RawJson payload;

  /** What {@code command} answers to {@code payload}, in turn with the calls of {@code lane}. */
  public RemoteMetadata(BuiltIns builtIns, String lane, String command, RawJson payload) {
    this.builtIns = builtIns;
    this.lane = lane;
    this.command = command;
    this.payload = payload;
  }

  @Override
  public CompletableFuture<Optional<JsonNode>> get() {
    return ask(reply -> Optional.ofNullable(value(reply)));
  }

  @Override
  public <T> CompletableFuture<Optional<T>> get(Class<T> type) {
    return ask(
        reply -> {
          RawJson value = raw(reply);
          return Optional.ofNullable(value == null ? null : builtIns.json().decode(value, type));
        });
  }

  @Override
  public <T> CompletableFuture<Optional<T>> get(TypeReference<T> type) {
    return ask(
        reply -> {
          RawJson value = raw(reply);
          return Optional.ofNullable(value == null ? null : builtIns.json().decode(value, type));
        });
  }

  private <T> CompletableFuture<Optional<T>> ask(PendingReply.Decoder<Optional<T>> decoder) {
    PendingReply<Optional<T>> reply = builtIns.reply(command, decoder);
    builtIns.execute(reply, () -> builtIns.call(lane, command, payload, reply));
    return reply.future();
  }

  private @Nullable RawJson raw(RawJson reply) {
    JsonNode value = value(reply);
    return value == null ? null : builtIns.json().encode(value);
  }

  private @Nullable JsonNode value(RawJson reply) {
    JsonNode value = builtIns.json().tree(reply).path("metadata");
    return value.isNull() || value.isMissingNode() ? null : value;
  }
}
