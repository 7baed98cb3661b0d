// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.gateway.internal.token.TokenVerifier;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.MessageAuthenticator;
import io.meshrt.server.auth.UpgradeAuthenticator;
import io.meshrt.server.auth.UpgradeRequest;
import io.meshrt.server.connection.Connection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes tokens: those of an {@code Authorization} header, and those of messages, {@code {"token":
 * "..."}} or the text alone. Thread-safe, does not block.
 */
final class TokenAuthenticator implements MessageAuthenticator {
  private static final Logger log = LoggerFactory.getLogger(TokenAuthenticator.class);
  private static final String PROTOCOL = "mesh.v1";

  private final TokenVerifier verifier;

  TokenAuthenticator(TokenVerifier verifier) {
    this.verifier = verifier;
  }

  @Override
  public Authentication authenticate(JsonNode credentials, Connection connection) {
    JsonNode token = credentials.isObject() ? credentials.path("token") : credentials;
    return token.isTextual() ? check(token.textValue()) : Authentication.reject();
  }

  private Authentication check(String token) {
    try {
      return Authentication.accept(verifier.verify(token));
    } catch (TokenVerifier.BadTokenException e) {
      log.debug("a token was refused: {}", e.getMessage());
      return Authentication.reject();
    }
  }

  /**
   * Decides about upgrades.
   *
   * @param tokens checks what a header has; null lets everybody in without identity
   * @param strict whether clients have to speak the protocol of this version
   * @param elsewhere paths where others decide
   */
  static UpgradeAuthenticator upgrades(
      @Nullable TokenAuthenticator tokens, boolean strict, Set<String> elsewhere) {
    return request -> {
      if (strict && !elsewhere.contains(request.path()) && !speaks(request)) {
        return Authentication.reject(426, "this server speaks " + PROTOCOL);
      }
      String token = request.bearerToken().orElse("");
      return token.isEmpty() || tokens == null ? Authentication.anonymous() : tokens.check(token);
    };
  }

  private static boolean speaks(UpgradeRequest request) {
    List<String> offered = request.subprotocols();
    return offered.contains(PROTOCOL);
  }
}
