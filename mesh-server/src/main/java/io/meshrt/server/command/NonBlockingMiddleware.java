// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.command;

import java.util.concurrent.CompletionStage;

/** Marks middleware that was declared as never blocking. */
record NonBlockingMiddleware(Middleware delegate) implements Middleware {
  @Override
  public CompletionStage<?> handle(CommandContext context, Next next) throws Exception {
    return delegate.handle(context, next);
  }

  @Override
  public boolean mayBlock() {
    return false;
  }
}
