// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.command.CommandHandler;
import io.meshrt.server.command.Middleware;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One link of a command's chain with everything behind it. Composed once when the command or its
 * middleware is registered; a run walks it without allocating, until it meets wrapping middleware.
 */
abstract sealed class Step {
  /** Whether this link or one behind it may block. */
  final boolean mayBlock;

  private Step(boolean mayBlock) {
    this.mayBlock = mayBlock;
  }

  /** The result as {@link CommandHandler#handle} describes it. */
  abstract @Nullable Object run(CommandRun run) throws Exception;

  /** A handler. */
  static Step of(CommandHandler handler, boolean mayBlock) {
    return new Last(handler, mayBlock);
  }

  /** A handler that may block and ends its time itself. */
  static Step timed(TimedHandler handler) {
    return new Timed(handler);
  }

  /** A built-in, which waits for its turn. */
  static Step of(BuiltIn builtIn) {
    return new InTurn(new Own(builtIn, false), false);
  }

  /** The same; the wait for the turn is none of its time. */
  static Step timedFromTurn(BuiltIn builtIn) {
    return new InTurn(new Own(builtIn, true), true);
  }

  /** A handler that never blocks and is called in the order in which the commands came. */
  static Step ordered(CommandHandler handler) {
    return new Ordered(new Beginning(handler));
  }

  /** Composes {@code middleware} in its order in front of the last step. */
  static Step compose(List<Middleware> middleware, Step last) {
    Step step = last;
    for (int i = middleware.size() - 1; i >= 0; i--) {
      Middleware link = middleware.get(i);
      step =
          link instanceof Middleware.Check check
              ? new Checked(check, link, step)
              : new Wrapped(link, step);
    }
    return step;
  }

  /** Whether this is the last step of a chain that needs a turn. */
  final boolean inTurn() {
    return this instanceof InTurn;
  }

  /** Whether the time of a run begins with its turn. */
  final boolean timedFromTurn() {
    return this instanceof InTurn step && step.timed;
  }

  /** Whether this is the last step of a chain that waits until those before it were begun with. */
  final boolean ordered() {
    return this instanceof Ordered;
  }

  /** Runs and reports everything through the stage. */
  final CompletionStage<?> runToStage(CommandRun run) {
    try {
      Object result = run(run);
      return result instanceof CompletionStage<?> stage
          ? stage
          : CompletableFuture.completedFuture(result);
    } catch (Throwable t) {
      return CompletableFuture.failedFuture(t);
    }
  }

  /** Completes a future as a stage does, with the very same failure. */
  static void relay(CompletionStage<?> from, CompletableFuture<@Nullable Object> to) {
    CompletionStage<?> unused =
        from.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                to.complete(value);
              } else {
                to.completeExceptionally(failure);
              }
            });
  }

  /** The handler. */
  private static final class Last extends Step {
    private final CommandHandler handler;

    Last(CommandHandler handler, boolean mayBlock) {
      super(mayBlock);
      this.handler = handler;
    }

    @Override
    @Nullable Object run(CommandRun run) throws Exception {
      return handler.handle(run);
    }
  }

  /** A handler that ends its time itself. */
  private static final class Timed extends Step {
    private final TimedHandler handler;

    Timed(TimedHandler handler) {
      super(true);
      this.handler = handler;
    }

    @Override
    @Nullable Object run(CommandRun run) throws Exception {
      return handler.handle(run, run::endTime);
    }
  }

  /** A step that waits for its turn. */
  private static final class InTurn extends Step {
    private final Step step;
    private final boolean timed;

    InTurn(Step step, boolean timed) {
      super(true);
      this.step = step;
      this.timed = timed;
    }

    @Override
    Object run(CommandRun run) {
      return run.runInTurn(step);
    }
  }

  /** A step that waits until those before it were begun with. */
  private static final class Ordered extends Step {
    private final Step step;

    Ordered(Step step) {
      super(false);
      this.step = step;
    }

    @Override
    Object run(CommandRun run) {
      return run.runInTurn(step);
    }
  }

  /** A handler whose turn is over when it has returned, however long its stage takes. */
  private static final class Beginning extends Step {
    private final CommandHandler handler;

    Beginning(CommandHandler handler) {
      super(false);
      this.handler = handler;
    }

    @Override
    @Nullable Object run(CommandRun run) throws Exception {
      try {
        return handler.handle(run);
      } finally {
        run.endTurn(false);
      }
    }
  }

  /** A command of the framework. */
  private static final class Own extends Step {
    private final BuiltIn builtIn;
    private final boolean timed;

    Own(BuiltIn builtIn, boolean timed) {
      super(true);
      this.builtIn = builtIn;
      this.timed = timed;
    }

    @Override
    Object run(CommandRun run) {
      if (timed) {
        if (!run.connection().isOpen()) { // it may have waited for long
          throw CommandException.unavailable("The connection is closed.");
        }
        run.startTimer();
      }
      return run.call(builtIn);
    }
  }

  /** A check that answers by returning or throwing. */
  private static final class Checked extends Step {
    private final Middleware.Check check;
    private final Step rest;

    Checked(Middleware.Check check, Middleware link, Step rest) {
      super(link.mayBlock() || rest.mayBlock);
      this.check = check;
      this.rest = rest;
    }

    @Override
    @Nullable Object run(CommandRun run) throws Exception {
      check.check(run);
      return rest.run(run);
    }
  }

  /** Middleware that runs around the rest. */
  private static final class Wrapped extends Step {
    private final Middleware middleware;
    private final Step rest;

    Wrapped(Middleware middleware, Step rest) {
      super(middleware.mayBlock() || rest.mayBlock);
      this.middleware = middleware;
      this.rest = rest;
    }

    @Override
    Object run(CommandRun run) throws Exception {
      Rest next = new Rest(run, rest);
      @Nullable CompletionStage<?> reply;
      try {
        reply = middleware.handle(run, next);
      } finally {
        next.callerLeft();
      }
      if (reply == null) {
        throw new IllegalStateException("middleware returned null instead of a stage");
      }
      return reply;
    }
  }
}
