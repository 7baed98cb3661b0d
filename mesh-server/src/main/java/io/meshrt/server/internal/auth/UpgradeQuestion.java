// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.UpgradeAuthenticator;
import io.meshrt.server.auth.UpgradeRequest;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One question to the application's upgrade authenticator, and its one answer. It counts as pending
 * until it is answered and the authenticator has returned, so one that blocks keeps its place.
 */
final class UpgradeQuestion implements BiConsumer<@Nullable Object, @Nullable Throwable> {
  private static final int ANSWERED = 1;
  private static final int RETURNED = 2;

  private final UpgradeAuthenticator authenticator;
  private final UpgradeRequest request;
  private final Scheduler scheduler;
  private final ServerMetrics metrics;
  private final Runnable onOver;
  private final CompletableFuture<Authentication> answer = new CompletableFuture<>();
  private final AtomicInteger ended = new AtomicInteger();

  UpgradeQuestion(
      UpgradeAuthenticator authenticator,
      UpgradeRequest request,
      Scheduler scheduler,
      ServerMetrics metrics,
      Runnable onOver) {
    this.authenticator = authenticator;
    this.request = request;
    this.scheduler = scheduler;
    this.metrics = metrics;
    this.onOver = onOver;
  }

  /** Completes with the decision, never fails. */
  CompletionStage<Authentication> answer() {
    return answer;
  }

  /** Asks; on a handler thread. */
  void ask() {
    try {
      Object result = authenticator.authenticate(request);
      if (result instanceof CompletionStage<?> stage) {
        CompletionStage<?> unused = stage.whenComplete(this);
      } else {
        accept(result, null);
      }
    } catch (Throwable t) {
      accept(null, t);
    } finally {
      end(RETURNED);
    }
  }

  /** Answers without having asked. */
  void giveUp(Authentication rejection) {
    answerWith(rejection);
    end(RETURNED);
  }

  /**
   * Answers 503 when there is no other answer in time; what the authenticator says then is dropped.
   */
  void limitTime(Duration timeout) {
    Scheduler.Timer timer = scheduler.schedule(this::onTimeout, timeout);
    CompletableFuture<Void> unused = answer.thenRun(timer::cancel);
  }

  private void onTimeout() {
    if (answerWith(Authentication.reject(503, "Authentication timed out"))) {
      metrics.limitHit(Limit.AUTHENTICATION_DEADLINE);
    }
  }

  @Override
  public void accept(@Nullable Object result, @Nullable Throwable failure) {
    if (answer.isDone()) {
      return;
    }
    Instant now = Instant.ofEpochMilli(scheduler.currentTimeMillis());
    answerWith(
        failure == null
            ? Verdict.ofResult(result, "upgrade", now)
            : Verdict.ofUpgradeFailure(failure));
  }

  private boolean answerWith(Authentication authentication) {
    boolean first = answer.complete(authentication);
    if (first) {
      end(ANSWERED);
    }
    return first;
  }

  private void end(int bit) {
    int before = ended.getAndUpdate(bits -> bits | bit);
    if ((before & bit) == 0 && (before | bit) == (ANSWERED | RETURNED)) {
      onOver.run();
    }
  }
}
