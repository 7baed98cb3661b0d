// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the result of an authenticator means. Only an {@link Authentication} that accepts gets
 * anyone in: not true, not a text, and no exception.
 */
final class Verdict {
  private static final Logger log = LoggerFactory.getLogger(Verdict.class);

  private Verdict() {}

  /** A result that came without an exception. */
  static Authentication ofResult(@Nullable Object result, String hook, Instant now) {
    if (result instanceof Authentication authentication) {
      return isExpired(authentication, now) ? Authentication.reject() : authentication;
    }
    if (result != null) {
      log.error(
          "the {} authenticator returned {} instead of an Authentication: rejected",
          hook,
          result.getClass().getName());
    }
    return Authentication.reject();
  }

  /** What the upgrade authenticator threw, or its stage failed with. */
  static Authentication ofUpgradeFailure(Throwable failure) {
    Throwable error = unwrap(failure);
    if (error instanceof CommandException refusal) {
      String message = refusal.getMessage();
      int status = refusal.is(ErrorCode.ACCESS_DENIED) ? 403 : 401;
      return Authentication.reject(status, message == null ? "" : message);
    }
    log.warn("the upgrade authenticator failed: rejected", error);
    return Authentication.reject();
  }

  private static boolean isExpired(Authentication authentication, Instant now) {
    Optional<Instant> end = authentication.identity().flatMap(Identity::expiresAt);
    return end.isPresent() && !end.get().isAfter(now);
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    boolean wrapper =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return wrapper && cause != null ? cause : failure;
  }
}
