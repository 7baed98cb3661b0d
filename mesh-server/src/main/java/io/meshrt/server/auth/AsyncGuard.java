// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.auth;

import io.meshrt.server.connection.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A {@link Guard} that answers later. */
@FunctionalInterface
public interface AsyncGuard {
  /** Whether to admit; nobody waits on a thread for the stage. */
  @Nullable CompletionStage<Boolean> decide(Connection connection, String name) throws Exception;

  /** An asynchronous guard in the place of a plain one. */
  record AsGuard(AsyncGuard guard) implements Guard {
    @Override
    public boolean admits(Connection connection, String name) throws Exception {
      CompletionStage<Boolean> stage = guard.decide(connection, name);
      return stage != null && Boolean.TRUE.equals(stage.toCompletableFuture().get());
    }

    @Override
    public CompletionStage<Boolean> decide(Connection connection, String name) throws Exception {
      CompletionStage<Boolean> stage = guard.decide(connection, name);
      return stage == null ? CompletableFuture.completedFuture(false) : stage;
    }
  }
}
