// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the node hear what is for whoever is about to be let in, and waits for that, but not for
 * long: after a failure of Redis thousands come at once. Thread-safe.
 */
final class Reception {
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(Reception.class);

  private final Function<Identity, ? extends CompletionStage<Runnable>> expect;
  private final Scheduler scheduler;

  Reception(Function<Identity, ? extends CompletionStage<Runnable>> expect, Scheduler scheduler) {
    this.expect = expect;
    this.scheduler = scheduler;
  }

  /**
   * Completes at the latest after {@link #PATIENCE} and never fails; at once for who is refused or
   * has no identity. The result is to be run once, when the session has opened or will not.
   */
  CompletionStage<Runnable> of(Authentication decision) {
    Identity identity = decision.accepted() ? decision.identity().orElse(null) : null;
    return identity == null ? CompletableFuture.completedFuture(Reception::nothing) : of(identity);
  }

  private CompletableFuture<Runnable> of(Identity identity) {
    CompletableFuture<Runnable> received = new CompletableFuture<>();
    CompletionStage<Runnable> expected = expected(identity);
    CompletionStage<?> unused =
        expected.whenComplete(
            (release, failure) -> {
              Runnable end = failure == null ? release : Reception::nothing;
              if (!received.complete(end)) {
                end.run(); // it was let in without waiting any longer
              }
            });
    if (!received.isDone()) {
      Scheduler.Timer timer =
          scheduler.schedule(() -> received.complete(Reception::nothing), PATIENCE);
      CompletableFuture<?> unusedToo = received.whenComplete((release, failure) -> timer.cancel());
    }
    return received;
  }

  private CompletionStage<Runnable> expected(Identity identity) {
    try {
      return expect.apply(identity);
    } catch (RuntimeException e) {
      log.error("what is for an identity cannot be heard", e);
      return CompletableFuture.completedFuture(Reception::nothing);
    }
  }

  private static void nothing() {}
}
