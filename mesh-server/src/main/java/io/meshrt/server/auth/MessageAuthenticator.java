// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.connection.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Decides about credentials that a client sends as a message: for browsers, which cannot set
 * headers, and to refresh credentials before they expire. Runs on a handler thread.
 */
@FunctionalInterface
public interface MessageAuthenticator {
  /**
   * Decides.
   *
   * @param credentials what the client sent, any JSON
   * @return an {@link Authentication} with an identity, or a {@link
   *     java.util.concurrent.CompletionStage} of one; anything else answers {@code EUNAUTHORIZED};
   *     metadata it holds is ignored
   * @throws Exception fails the command as an exception of a handler would
   */
  @Nullable Object authenticate(JsonNode credentials, Connection connection) throws Exception;
}
