// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CloseCode;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.MessageAuthenticator;
import io.meshrt.server.connection.Connection;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections whose credentials were refused too often, a little later: so that the refusal,
 * which is the answer to the client's message, is on its way before. Thread-safe; holds a number
 * for each open connection that was refused.
 */
final class FailedLogins implements MessageAuthenticator {
  /** Refusals in a row after which a connection is closed in any case. */
  static final int MOST = 5;

  private final MessageAuthenticator authenticator;
  private final int allowed;
  private final Set<String> elsewhere;
  private final Executor later;
  private final ConcurrentMap<String, Integer> refusals = new ConcurrentHashMap<>();

  /**
   * Counts what {@code authenticator} refuses.
   *
   * @param atOnce whether the first refusal is one too many
   * @param elsewhere paths whose own protocol says what a refusal does
   * @param later runs what it is given after a moment
   */
  FailedLogins(
      MessageAuthenticator authenticator, boolean atOnce, Set<String> elsewhere, Executor later) {
    this.authenticator = authenticator;
    this.allowed = atOnce ? 1 : MOST;
    this.elsewhere = elsewhere;
    this.later = later;
  }

  @Override
  public @Nullable Object authenticate(JsonNode credentials, Connection connection)
      throws Exception {
    Object result;
    try {
      result = authenticator.authenticate(credentials, connection);
    } catch (Exception e) {
      refused(connection);
      throw e;
    }
    if (result instanceof CompletionStage<?> stage) {
      return stage.whenComplete((decided, failure) -> look(decided, connection));
    }
    look(result, connection);
    return result;
  }

  private void look(@Nullable Object decided, Connection connection) {
    if (!(decided instanceof Authentication authentication)
        || authentication.identity().isEmpty()) {
      refused(connection);
    } else {
      forget(connection);
    }
  }

  private void refused(Connection connection) {
    if (elsewhere.contains(connection.path())) {
      return;
    }
    int count = refusals.merge(connection.id(), 1, Integer::sum);
    if (!connection.isOpen()) {
      forget(connection);
    } else if (count >= allowed) {
      later.execute(
          () -> connection.close(CloseCode.CREDENTIALS_EXPIRED.code(), "not authenticated"));
    }
  }

  /** The connection has ended, or was authenticated. */
  void forget(Connection connection) {
    refusals.remove(connection.id());
  }
}
