// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.command;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A check that answers later, as a link of the chain. */
record AsyncCheckMiddleware(Middleware.AsyncCheck check) implements Middleware {
  @Override
  public CompletionStage<?> handle(CommandContext context, Next next) throws Exception {
    // Nullness is a promise of whoever wrote the check; nobody gets in by breaking it.
    @Nullable CompletionStage<?> decision = check.check(context);
    if (decision == null) {
      throw new IllegalStateException("an asynchronous check returned null instead of a stage");
    }
    return decision.thenCompose(ignored -> next.run());
  }
}
