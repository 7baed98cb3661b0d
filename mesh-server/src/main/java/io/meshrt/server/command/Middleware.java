// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.command;

import java.util.concurrent.CompletionStage;

/**
 * Runs around a command. This is the wrapping form: it decides whether and when the rest of the
 * chain runs, and sees how it ended. For a check before the handler use {@link #before(Check)}.
 *
 * <p>Global middleware runs first, in the order it was added, then that of the command in the order
 * of its list (mesh-protocol 8). Unknown commands fail before any middleware runs.
 */
@FunctionalInterface
public interface Middleware {
  /**
   * Runs around the rest of the chain.
   *
   * @param next the rest of the chain; call {@link Next#run()} at most once
   * @return completes with the reply; usually what {@link Next#run()} returned
   * @throws Exception fails the command as an exception of its handler would
   */
  CompletionStage<?> handle(CommandContext context, Next next) throws Exception;

  /** Whether this may block its thread; middleware that may never runs on an I/O thread. */
  default boolean mayBlock() {
    return true;
  }

  /** The rest of the chain, its handler last. */
  @FunctionalInterface
  interface Next {
    /** Runs the rest; the stage completes with the handler's result or its failure. */
    CompletionStage<?> run();
  }

  /** A check that runs before the handler, may block, and throws to refuse. */
  @FunctionalInterface
  interface Check {
    /** Returns to let the command go on, throws to fail it. */
    void check(CommandContext context) throws Exception;
  }

  /** A check that answers later. The handler waits for its stage; a failed stage refuses. */
  @FunctionalInterface
  interface AsyncCheck {
    /** Completes to let the command go on; its value is ignored. */
    CompletionStage<?> check(CommandContext context) throws Exception;
  }

  /**
   * Middleware that runs {@code check} first.
   *
   * <p>{@code before(ctx -> checkLater(ctx))} does not compile, because the compiler cannot tell
   * this form from {@link #before(AsyncCheck)}; a stage can therefore not be dropped by mistake.
   * Write {@code ctx -> { check(ctx); }} or {@code ctx -> { return checkLater(ctx); }}.
   */
  static Middleware before(Check check) {
    return new CheckMiddleware(check, true);
  }

  /** Middleware that runs {@code check} first and waits for its stage. */
  static Middleware before(AsyncCheck check) {
    return (context, next) -> check.check(context).thenCompose(ignored -> next.run());
  }

  /**
   * Marks middleware as never blocking: it may then run on an I/O thread, which all connections of
   * that thread share.
   */
  static Middleware nonBlocking(Middleware middleware) {
    if (!middleware.mayBlock()) {
      return middleware;
    }
    return middleware instanceof CheckMiddleware plain
        ? new CheckMiddleware(plain.check(), false)
        : new NonBlockingMiddleware(middleware);
  }
}
