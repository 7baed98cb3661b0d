// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mail;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Asks that wait for their answers: at most 10,000, for less than 3 s. Thread-safe. */
final class PendingAsks {
  static final int MAX_PENDING = 10_000;
  static final Duration TIMEOUT = Duration.ofMillis(2_600);

  private final Scheduler scheduler;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, Ask> pending = new ConcurrentHashMap<>();

  PendingAsks(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** A new ask; one that has failed already when too many wait. */
  Ask open() {
    Ask ask = new Ask(numbers.incrementAndGet());
    if (pending.size() >= MAX_PENDING) {
      ask.answer.completeExceptionally(
          CommandException.unavailable("Too many questions to other nodes wait."));
      return ask;
    }
    pending.put(ask.number, ask);
    ask.deadline =
        scheduler.schedule(
            () -> ask.failIf(CommandException.unavailable("The other node does not answer.")),
            TIMEOUT);
    return ask;
  }

  /** An answer came; one that nobody waits for is ignored. */
  void onAnswer(Letter letter) {
    Ask ask = pending.remove(letter.number());
    if (ask != null) {
      ask.end();
      letter
          .failure()
          .ifPresentOrElse(
              ask.answer::completeExceptionally, () -> ask.answer.complete(letter.body()));
    }
  }

  /** One ask. */
  final class Ask {
    private final long number;
    private final CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    private volatile Scheduler.@Nullable Timer deadline;

    private Ask(long number) {
      this.number = number;
    }

    long number() {
      return number;
    }

    CompletableFuture<JsonNode> answer() {
      return answer;
    }

    void failIf(@Nullable Throwable failure) {
      if (failure != null && pending.remove(number, this)) {
        end();
        answer.completeExceptionally(failure);
      }
    }

    private void end() {
      Scheduler.Timer timer = deadline;
      if (timer != null) {
        timer.cancel();
      }
    }
  }
}
