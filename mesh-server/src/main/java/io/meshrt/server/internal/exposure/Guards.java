// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.exposure;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.auth.Guard;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the guards of a server, each question on a handler thread. Thread-safe, never blocks.
 *
 * <p>Guards are the application's and may block for ever, so they never hold all threads: at most
 * {@value #MAX_RUNNING} questions run at a time, the others wait. Once {@value #MAX_OVERDUE} guards
 * are still inside after their time, everything is refused until some of them have returned.
 */
public final class Guards {
  static final Duration DEADLINE = Duration.ofSeconds(5);
  static final int MAX_RUNNING = 128;
  static final int MAX_OVERDUE = 64;
  static final int MAX_WAITING = 10_000;

  private static final Logger log = LoggerFactory.getLogger(Guards.class);
  private static final Duration BETWEEN_WARNINGS = Duration.ofSeconds(10);

  private final HandlerThreads threads;
  private final Scheduler scheduler;
  private final ServerMetrics metrics;

  // Guarded by this.
  private final ArrayDeque<Question> waiting = new ArrayDeque<>();
  private int running;
  private int overdue;
  private @Nullable Long lastWarningNanos;

  /** No guard runs. One for the whole server. */
  public Guards(HandlerThreads threads, Scheduler scheduler, ServerMetrics metrics) {
    this.threads = threads;
    this.scheduler = scheduler;
    this.metrics = metrics;
  }

  /** Whether all of them admit; never fails. */
  CompletableFuture<Boolean> ask(List<Guard> guards, Session session, String name) {
    return decide(guards, session, name).thenApply(verdict -> verdict == Verdict.ADMITTED);
  }

  /** What they say, or that they could not be asked; never fails. */
  CompletableFuture<Verdict> decide(List<Guard> guards, Session session, String name) {
    Question question = new Question(guards, session, name);
    if (!join(question)) {
      metrics.limitHit(Limit.GUARDS);
      question.answer(Verdict.UNKNOWN);
    } else {
      startNext();
    }
    return question.answer;
  }

  private synchronized boolean join(Question question) {
    return overdue < MAX_OVERDUE && waiting.size() < MAX_WAITING && waiting.add(question);
  }

  private void startNext() {
    for (Question next = takeNext(); next != null; next = takeNext()) {
      if (!threads.tryExecute(next)) {
        metrics.limitHit(Limit.HANDLER_THREADS);
        next.answer(Verdict.UNKNOWN);
        onReturned(false);
      }
    }
  }

  private synchronized @Nullable Question takeNext() {
    if (waiting.isEmpty() || running >= MAX_RUNNING) {
      return null;
    }
    running++;
    return waiting.remove();
  }

  private void onOverdue() {
    List<Question> refused = List.of();
    synchronized (this) {
      overdue++;
      if (overdue >= MAX_OVERDUE) {
        refused = List.copyOf(waiting);
        waiting.clear();
      }
    }
    refused.forEach(question -> question.answer(Verdict.UNKNOWN));
  }

  private synchronized void onReturned(boolean wasOverdue) {
    running--;
    if (wasOverdue) {
      overdue--;
    }
  }

  /** Clients decide how often a broken guard is asked, so not every failure is told. */
  private void warn(String what, @Nullable Throwable failure) {
    synchronized (this) {
      long now = scheduler.nanoTime();
      if (lastWarningNanos != null && now - lastWarningNanos < BETWEEN_WARNINGS.toNanos()) {
        return;
      }
      lastWarningNanos = now;
    }
    log.warn("refused, because a guard {}", what, failure);
  }

  /** All guards of one name, asked for one connection. */
  private final class Question implements Runnable {
    private final List<Guard> guards;
    private final Session session;
    private final String name;
    private final AtomicInteger open;
    private final CompletableFuture<Verdict> answer = new CompletableFuture<>();

    // Guarded by this.
    private boolean late;
    private boolean returned;

    Question(List<Guard> guards, Session session, String name) {
      this.guards = guards;
      this.session = session;
      this.name = name;
      this.open = new AtomicInteger(guards.size());
    }

    @Override
    public void run() {
      Scheduler.Timer timer = scheduler.schedule(this::onDeadline, DEADLINE);
      try {
        for (int i = 0; i < guards.size() && !answer.isDone(); i++) {
          ask(guards.get(i));
        }
      } finally {
        CompletableFuture<?> unused = answer.whenComplete((admitted, failure) -> timer.cancel());
        // Left behind, it would break the next task of this thread.
        Thread.interrupted();
        Guards.this.onReturned(markReturned());
        startNext();
      }
    }

    private void ask(Guard guard) {
      try {
        var decision = guard.decide(session, name);
        if (decision == null) {
          answer(Verdict.UNKNOWN);
          warn("returned null instead of a stage", null);
        } else {
          var unused = decision.whenComplete(this::onDecision);
        }
      } catch (Throwable failure) {
        onDecision(null, failure);
      }
    }

    private void onDecision(@Nullable Boolean admitted, @Nullable Throwable failure) {
      if (failure != null && !isMeant(failure)) {
        answer(Verdict.UNKNOWN);
      } else if (failure != null || !Boolean.TRUE.equals(admitted)) {
        answer(Verdict.REFUSED);
      } else if (open.decrementAndGet() == 0) {
        answer(Verdict.ADMITTED);
      }
      if (failure != null && !isMeant(failure)) {
        warn("failed", failure);
      }
    }

    /** A guard may say no in this way too; other codes mean that it could not decide. */
    private static boolean isMeant(Throwable failure) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      return cause instanceof CommandException refusal
          && (refusal.is(ErrorCode.ACCESS_DENIED) || refusal.is(ErrorCode.UNAUTHORIZED));
    }

    private void onDeadline() {
      if (markLate()) {
        onOverdue();
      }
      answer(Verdict.UNKNOWN);
      metrics.limitHit(Limit.GUARD_TIMEOUT);
      warn("did not answer within " + DEADLINE, null);
    }

    void answer(Verdict verdict) {
      answer.complete(verdict);
    }

    /** True if a guard still holds its thread. */
    private synchronized boolean markLate() {
      late = !returned;
      return late;
    }

    private synchronized boolean markReturned() {
      returned = true;
      return late;
    }
  }
}
