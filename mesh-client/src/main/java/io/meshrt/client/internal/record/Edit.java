// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.meshrt.client.record.RecordVersion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** A change that the application made and that the server has not confirmed. */
final class Edit {
  private final UnaryOperator<JsonNode> change;
  private final CompletableFuture<RecordVersion> future = new CompletableFuture<>();

  /** What it led to when it was applied last. Guarded by the {@link Board}. */
  JsonNode result = NullNode.instance;

  /** An edit; {@code change} may throw, and may be called again. */
  Edit(UnaryOperator<JsonNode> change) {
    this.change = change;
  }

  JsonNode applyTo(JsonNode value) {
    return change.apply(value);
  }

  CompletableFuture<RecordVersion> future() {
    return future;
  }

  void complete(Executor callbacks, RecordVersion version) {
    callbacks.execute(() -> future.complete(version));
  }

  void fail(Executor callbacks, Throwable failure) {
    callbacks.execute(() -> future.completeExceptionally(failure));
  }
}
