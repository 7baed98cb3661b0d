// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.server.command.Middleware;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The rest of one run's chain as middleware sees it.
 *
 * <p>Middleware that answers later calls it from whatever thread completed its stage, possibly an
 * I/O thread; a rest that may block is then handed to a handler thread.
 */
final class Rest implements Middleware.Next {
  private final CommandRun run;
  private final Step step;
  private final Thread caller = Thread.currentThread();
  private final AtomicBoolean used = new AtomicBoolean();

  // Written and read by the caller's thread only.
  private boolean callerInside = true;

  Rest(CommandRun run, Step step) {
    this.run = run;
    this.step = step;
  }

  /** The middleware's own call returned. */
  void callerLeft() {
    callerInside = false;
  }

  @Override
  public CompletionStage<?> run() {
    if (!used.compareAndSet(false, true)) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("next.run() was called twice"));
    }
    boolean inHandle = Thread.currentThread() == caller && callerInside;
    return inHandle || !step.mayBlock ? run.runHere(step) : run.runOnHandlerThread(step);
  }
}
