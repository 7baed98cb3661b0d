// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.internal.schedule.ManualScheduler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReceptionTest {
  private static final Authentication ANN = Authentication.accept(Identity.of("ann"));

  private final ManualScheduler scheduler = new ManualScheduler();
  private final CompletableFuture<Runnable> expected = new CompletableFuture<>();
  private final Reception reception = new Reception(identity -> expected, scheduler);
  private final AtomicInteger released = new AtomicInteger();

  @Test
  void whoIsRefusedOrHasNoIdentityDoesNotWait() {
    assertThat(reception.of(Authentication.anonymous()).toCompletableFuture()).isCompleted();
    assertThat(reception.of(Authentication.reject(418, "tea")).toCompletableFuture()).isCompleted();
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void whoHasAnIdentityWaitsUntilTheNodeHears() {
    CompletableFuture<Runnable> received = reception.of(ANN).toCompletableFuture();
    boolean early = received.isDone();

    expected.complete(released::incrementAndGet);

    assertThat(early).isFalse();
    assertThat(released).hasValue(0);
    received.join().run();
    assertThat(released).hasValue(1);
    assertThat(scheduler.pending()).as("its timer is gone").isZero();
  }

  @Test
  void nobodyWaitsForLongAndWhatComesLateIsReleased() {
    CompletableFuture<Runnable> received = reception.of(ANN).toCompletableFuture();
    scheduler.advance(Reception.PATIENCE.minusMillis(1));
    boolean early = received.isDone();

    scheduler.advance(Reception.PATIENCE);
    expected.complete(released::incrementAndGet);

    assertThat(early).isFalse();
    received.join().run();
    assertThat(released).hasValue(1);
  }

  @Test
  void whatCannotBeHeardKeepsNobodyOut() {
    Reception failing =
        new Reception(
            identity -> {
              throw new IllegalArgumentException("no topic");
            },
            scheduler);
    expected.completeExceptionally(new IllegalStateException("cut"));

    assertThat(failing.of(ANN).toCompletableFuture()).isCompleted();
    assertThat(reception.of(ANN).toCompletableFuture()).isCompleted();
  }
}
