// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.server.internal.session.Session;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The order of what runs one by one: each session has its own, which is gone when nothing of it is
 * left. Thread-safe, never blocks.
 */
final class Turns {
  private static final CompletableFuture<@Nullable Void> OVER =
      CompletableFuture.completedFuture(null);

  private final ConcurrentMap<Session, Turn> last = new ConcurrentHashMap<>();

  /** The turn behind all others of the session. On its I/O thread, to be ended once. */
  Turn take(Session session) {
    Turn turn = new Turn();
    Turn previous = last.put(session, turn);
    turn.follow(previous == null ? OVER : previous.over);
    CompletableFuture<?> unused = turn.over.thenRun(() -> last.remove(session, turn));
    return turn;
  }

  /** How many sessions have turns that are not over. */
  int sessions() {
    return last.size();
  }

  /** A place in a session's order. */
  static final class Turn {
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private CompletableFuture<@Nullable Void> previous = OVER;

    // Ended, as are all before.
    private CompletableFuture<@Nullable Void> over = ended;

    // Guarded by this.
    private @Nullable Consumer<Boolean> then;
    private boolean answered;

    private void follow(CompletableFuture<@Nullable Void> previous) {
      this.previous = previous;
      this.over = previous.thenCombine(ended, (one, other) -> null);
    }

    /** Runs a step when all turns before are over: right here, or later on a handler thread. */
    CompletionStage<?> run(CommandRun run, Step step) {
      if (previous.isDone()) {
        return run.runHere(step);
      }
      CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
      CompletableFuture<?> unused =
          previous.thenRun(() -> Step.relay(run.runOnHandlerThread(step), result));
      return result;
    }

    /**
     * Has something done at the end, now if that has come. It is told whether the reply was the
     * built-in's own. Once for each turn.
     */
    void atEnd(Consumer<Boolean> action) {
      synchronized (this) {
        if (!answered) {
          then = action;
          return;
        }
      }
      action.accept(false);
    }

    /** The next may run when those before are over too. Any thread; idempotent. */
    void end(boolean replied) {
      Consumer<Boolean> action;
      synchronized (this) {
        answered = true;
        action = then;
        then = null;
      }
      if (action != null) {
        action.accept(replied);
      }
      ended.complete(null);
    }
  }
}
