// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.meshrt.core.protocol.CommandException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waits for futures, within a bound that only a broken program passes. */
public final class Outcomes {
  private static final int PATIENCE_SECONDS = 30;

  private Outcomes() {}

  /** What the future completes with. */
  public static <T> T result(CompletableFuture<T> future) throws Exception {
    return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** The command's failure that the future completes with. */
  public static CommandException failure(CompletableFuture<?> future) {
    Throwable thrown = catchThrowable(() -> future.get(PATIENCE_SECONDS, TimeUnit.SECONDS));

    assertThat(thrown).hasCauseInstanceOf(CommandException.class);
    return (CommandException) thrown.getCause();
  }

  /** The code of {@link #failure}. */
  public static String code(CompletableFuture<?> future) {
    return failure(future).code();
  }
}
