// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.connection.Metadata;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The metadata of one thing, as applications use it: JSON in and out, wherever it is kept. */
public final class MetadataDoor implements Metadata {
  private final MetadataKeeper keeper;
  private final JsonValues json;
  private final HandlerThreads threads;
  private final ServerMetrics metrics;

  /** Completes futures on {@code threads}. */
  public MetadataDoor(
      MetadataKeeper keeper, JsonValues json, HandlerThreads threads, ServerMetrics metrics) {
    this.keeper = keeper;
    this.json = json;
    this.threads = threads;
    this.metrics = metrics;
  }

  @Override
  public CompletableFuture<Optional<JsonNode>> get() {
    return threads.handOver(
        keeper.read().thenApply(value -> value.map(bytes -> json.tree(RawJson.ofValid(bytes)))));
  }

  @Override
  public <T> CompletableFuture<Optional<T>> get(Class<T> type) {
    return threads.handOver(
        keeper
            .read()
            .thenApply(
                value ->
                    value.flatMap(
                        bytes -> Optional.ofNullable(json.decode(RawJson.ofValid(bytes), type)))));
  }

  @Override
  public CompletableFuture<Void> set(@Nullable Object value) {
    return change(MetadataChange.SET, () -> json.encode(value));
  }

  @Override
  public CompletableFuture<Void> update(Object patch) {
    return change(MetadataChange.UPDATE, () -> json.encode(Objects.requireNonNull(patch, "patch")));
  }

  @Override
  public CompletableFuture<Void> deepMerge(Object patch) {
    return change(
        MetadataChange.DEEP_MERGE, () -> json.encode(Objects.requireNonNull(patch, "patch")));
  }

  @Override
  public CompletableFuture<Void> remove() {
    return change(MetadataChange.REMOVE, () -> RawJson.NULL);
  }

  private CompletableFuture<Void> change(MetadataChange change, Supplier<RawJson> value) {
    JsonNode tree;
    try {
      RawJson written = value.get();
      tree = written.isNull() ? NullNode.getInstance() : json.tree(written);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    return threads.handOver(keeper.change(change, tree).whenComplete(this::count));
  }

  private void count(@Nullable Void done, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof CommandException told && told.is(ErrorCode.TOO_LARGE)) {
      metrics.limitHit(Limit.METADATA_BYTES);
    }
  }
}
