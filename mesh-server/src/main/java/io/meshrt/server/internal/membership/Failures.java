// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Why a session does not come into a room. */
final class Failures {
  private Failures() {}

  /** It has another key now, or none; who asks again is answered for that one. */
  static <T> CompletableFuture<T> over() {
    return CompletableFuture.failedFuture(
        CommandException.unavailable("The connection's memberships have just been exchanged."));
  }

  /** Whether the session has closed. */
  static boolean isGone(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof CommandException refusal && refusal.is(ErrorCode.NOT_FOUND);
  }

  static CompletionException wrapped(Throwable failure) {
    return failure instanceof CompletionException already
        ? already
        : new CompletionException(failure);
  }
}
