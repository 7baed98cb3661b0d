// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.command.CommandContext;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.internal.schedule.Scheduler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The built-in by which a client sends credentials as a message: {@code {credentials}} is answered
 * by {@code {identity, expiresAtMillis?}}, the end in ms since 1970, or by {@code EUNAUTHORIZED}.
 * It gives an identity to a connection without one and refreshes claims and expiry of one that has
 * it. The command's time is that of the authenticator; a decision behind its end counts for
 * nothing.
 */
public final class AuthenticateCommand {
  private final CredentialCheck check;
  private final Function<Connection, ? extends CompletionStage<?>> settled;
  private final Scheduler scheduler;

  /**
   * Asks by {@code check}.
   *
   * @param settled what a reply waits for when a connection has an identity, not for long; does not
   *     fail
   */
  public AuthenticateCommand(
      CredentialCheck check,
      Function<Connection, ? extends CompletionStage<?>> settled,
      Scheduler scheduler) {
    this.check = check;
    this.settled = settled;
    this.scheduler = scheduler;
  }

  /**
   * Answers one command; may block.
   *
   * @param inTime ends the time of the command, false when it was over
   */
  public Object handle(CommandContext context, BooleanSupplier inTime) throws Exception {
    JsonNode credentials = context.payload().get("credentials");
    if (credentials == null) {
      throw CommandException.badRequest("credentials: missing");
    }
    Object reply =
        check.check(
            credentials, context.connection(), identity -> conclude(identity, context, inTime));
    return reply instanceof CompletionStage<?> later
        ? later.thenCompose(done -> whenSettled(context, done))
        : settledNow(context, reply);
  }

  private Object settledNow(CommandContext context, Object reply) {
    CompletableFuture<Object> settling = whenSettled(context, reply);
    return settling.isDone() ? reply : settling;
  }

  private CompletableFuture<Object> whenSettled(CommandContext context, Object reply) {
    return Settling.whenOver(settled.apply(context.connection()), reply, scheduler);
  }

  private static Map<String, Object> conclude(
      Identity identity, CommandContext context, BooleanSupplier inTime) {
    if (!inTime.getAsBoolean()) {
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
