// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.command;

import java.util.concurrent.CompletionStage;

/** A plain check as a link of the chain; being a {@link Middleware.Check}, it also runs alone. */
record CheckMiddleware(Middleware.Check check, boolean mayBlock)
    implements Middleware, Middleware.Check {
  @Override
  public CompletionStage<?> handle(CommandContext context, Next next) throws Exception {
    check.check(context);
    return next.run();
  }

  @Override
  public void check(CommandContext context) throws Exception {
    check.check(context);
  }
}
