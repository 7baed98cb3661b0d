// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.auth.MessageAuthenticator;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks the application about credentials that came as a message. Thread-safe. */
public final class CredentialCheck {
  private final MessageAuthenticator authenticator;
  private final Duration timeout;
  private final Scheduler scheduler;

  /** Asks {@code authenticator}; what it decides after {@code timeout} no longer counts. */
  public CredentialCheck(
      MessageAuthenticator authenticator, Duration timeout, Scheduler scheduler) {
    this.authenticator = authenticator;
    this.timeout = timeout;
    this.scheduler = scheduler;
  }

  /**
   * Goes on with the identity whose credentials they are. Fails with {@code EUNAUTHORIZED}, or with
   * what the authenticator threw. Calls it, which may block.
   *
   * @return what {@code then} returns, or a stage of it when the authenticator answers later
   */
  public Object check(JsonNode credentials, Connection connection, Function<Identity, ?> then)
      throws Exception {
    long startedNanos = scheduler.nanoTime();
    Object result = authenticator.authenticate(credentials, connection);
    return result instanceof CompletionStage<?> stage
        ? stage.thenApply(decided -> then.apply(conclude(decided, startedNanos)))
        : then.apply(conclude(result, startedNanos));
  }

  private Identity conclude(@Nullable Object result, long startedNanos) {
    Instant now = Instant.ofEpochMilli(scheduler.currentTimeMillis());
    Authentication authentication = Verdict.ofResult(result, "message", now);
    Identity identity = authentication.identity().orElse(null);
    if (identity == null) {
      String message = authentication.message();
      throw CommandException.unauthorized(message.isEmpty() ? "Unauthorized" : message);
    }
    if (scheduler.nanoTime() - startedNanos >= timeout.toNanos()) {
      throw CommandException.unauthorized("Authentication timed out");
    }
    return identity;
  }
}
