// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.command;

import java.util.Objects;
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
   * @param next the rest of the chain
   * @return completes with the reply; usually what {@link Next#run()} returned; null fails the
   *     command
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
    /**
     * Runs the rest; call it at most once, from any thread. The stage completes with the handler's
     * result or its failure, and fails without running anything when the command was answered in
     * the meantime, for example because its time was over.
     *
     * <p>Called while {@link Middleware#handle} still runs, it goes on in the same thread. Called
     * later, a rest that may block goes on in a handler thread, whatever thread the caller is.
     */
    CompletionStage<?> run();
  }

  /**
   * A check that runs before the handler, may block, and throws to refuse. Middleware that is also
   * a check is used as the check alone.
   */
  @FunctionalInterface
  interface Check {
    /** Returns to let the command go on, throws to fail it. */
    void check(CommandContext context) throws Exception;
  }

  /** A check that answers later. The handler waits for its stage; a failed stage refuses. */
  @FunctionalInterface
  interface AsyncCheck {
    /**
     * Decides later.
     *
     * @return completes to let the command go on, its value is ignored; null fails the command
     */
    CompletionStage<?> check(CommandContext context) throws Exception;
  }

  /**
   * Middleware that runs {@code check} first.
   *
   * <p>{@code before(ctx -> checkLater(ctx))} does not compile: the compiler cannot tell this form
   * from {@link #before(AsyncCheck)}, so a stage cannot be dropped by mistake. Write {@code ctx ->
   * { check(ctx); }} or {@code ctx -> { return checkLater(ctx); }}; a method reference and a lambda
   * with a typed parameter choose by what they return.
   */
  static Middleware before(Check check) {
    return new CheckMiddleware(Objects.requireNonNull(check, "check"), true);
  }

  /** Middleware that runs {@code check} first and waits for its stage. */
  static Middleware before(AsyncCheck check) {
    return new AsyncCheckMiddleware(Objects.requireNonNull(check, "check"));
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
