// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The wait between a decision and its answer. The authenticator may have taken all of its time, so
 * this has a time of its own.
 */
public final class Settling {
  /** How long an answer waits for what the identity brings; it comes then anyway. */
  public static final Duration LONGEST = Duration.ofSeconds(5);

  private Settling() {}

  /** The answer, when everything is settled, for better or worse, or the time is over. */
  public static <T> CompletableFuture<T> whenOver(
      CompletionStage<?> settled, T answer, Scheduler scheduler) {
    CompletableFuture<T> over = new CompletableFuture<>();
    Scheduler.Timer timer = scheduler.schedule(() -> over.complete(answer), LONGEST);
    CompletionStage<?> unused =
        settled.whenComplete(
            (done, failure) -> {
              timer.cancel();
              over.complete(answer);
            });
    return over;
  }
}
