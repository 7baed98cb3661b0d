// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.auth.MessageAuthenticator;
import io.meshrt.server.command.CommandContext;
import io.meshrt.server.command.CommandHandler;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The built-in by which a client sends credentials as a message: {@code {credentials}} is answered
 * by {@code {identity, expiresAtMillis?}}, the end in ms since 1970, or by {@code EUNAUTHORIZED}.
 * It gives an identity to a connection without one and refreshes claims and expiry of one that has
 * it.
 */
public final class AuthenticateCommand implements CommandHandler {
  private final MessageAuthenticator authenticator;
  private final Duration timeout;
  private final Scheduler scheduler;
  private final Function<Connection, ? extends CompletionStage<?>> settled;

  /**
   * Asks {@code authenticator}; what it decides after {@code timeout} no longer counts.
   *
   * @param settled what a reply waits for when a connection has an identity; does not fail
   */
  public AuthenticateCommand(
      MessageAuthenticator authenticator,
      Duration timeout,
      Scheduler scheduler,
      Function<Connection, ? extends CompletionStage<?>> settled) {
    this.settled = settled;
    this.authenticator = authenticator;
    this.timeout = timeout;
    this.scheduler = scheduler;
  }

  @Override
  public Object handle(CommandContext context) throws Exception {
    JsonNode credentials = context.payload().get("credentials");
    if (credentials == null) {
      throw CommandException.badRequest("credentials: missing");
    }
    long startedNanos = scheduler.nanoTime();
    Object result = authenticator.authenticate(credentials, context.connection());
    return result instanceof CompletionStage<?> stage
        ? stage.thenCompose(
            decided -> {
              Map<String, Object> reply = conclude(decided, context, startedNanos);
              return settled.apply(context.connection()).thenApply(done -> reply);
            })
        : whenSettled(context, conclude(result, context, startedNanos));
  }

  private Object whenSettled(CommandContext context, Map<String, Object> reply) {
    CompletableFuture<?> settling = settled.apply(context.connection()).toCompletableFuture();
    return settling.isDone() ? reply : settling.thenApply(done -> reply);
  }

  private Map<String, Object> conclude(
      @Nullable Object result, CommandContext context, long startedNanos) {
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
    try {
      context.connection().identify(identity);
    } catch (IllegalStateException e) {
      throw CommandException.accessDenied("This connection belongs to another identity.");
    }
    Map<String, Object> reply = new LinkedHashMap<>();
    reply.put("identity", identity.id());
    identity.expiresAt().ifPresent(end -> reply.put("expiresAtMillis", end.toEpochMilli()));
    return reply;
  }
}
