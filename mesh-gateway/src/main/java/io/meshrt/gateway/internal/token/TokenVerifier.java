// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.meshrt.server.auth.Identity;
import java.math.BigDecimal;
import java.security.Key;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks tokens and says whose they are. Thread-safe; asks nobody, so it does not block. */
public final class TokenVerifier {
  /** How far the clocks of issuers may be off. */
  public static final Duration SKEW = Duration.ofSeconds(30);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final TokenRules rules;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  /** By these rules, at the time of {@code clock}. */
  public TokenVerifier(TokenRules rules, Clock clock) {
    this.rules = rules;
    processor.setJWSKeySelector((header, context) -> select(header));
    processor.setJWTClaimsSetVerifier(claims(rules, clock));
  }

  private List<? extends Key> select(JWSHeader header) {
    return rules.algorithms().contains(header.getAlgorithm())
        ? rules.keys().select(header)
        : List.of();
  }

  private static DefaultJWTClaimsVerifier<SecurityContext> claims(TokenRules rules, Clock clock) {
    JWTClaimsSet.Builder exact = new JWTClaimsSet.Builder();
    if (rules.issuer() != null) {
      exact.issuer(rules.issuer());
    }
    Set<String> audiences = rules.audiences();
    DefaultJWTClaimsVerifier<SecurityContext> verifier =
        new DefaultJWTClaimsVerifier<>(
            audiences.isEmpty() ? null : audiences, exact.build(), Set.of(), Set.of()) {
          @Override
          protected Date currentTime() {
            return Date.from(clock.instant());
          }
        };
    verifier.setMaxClockSkew(Math.toIntExact(SKEW.toSeconds()));
    return verifier;
  }

  /**
   * Whose a token is: the id as text, all claims, and valid as long as the token.
   *
   * @throws BadTokenException when it is not good; says why, never what it contains
   */
  public Identity verify(String token) throws BadTokenException {
    JWTClaimsSet claims;
    try {
      claims = processor.process(token, null);
    } catch (ParseException | BadJOSEException | JOSEException e) {
      throw new BadTokenException(e.getClass().getSimpleName(), e);
    }
    Date end = claims.getExpirationTime();
    if (end == null && rules.requiresExpiry()) {
      throw new BadTokenException("it has no exp", null); // also where that is null
    }
    ObjectNode content = JSON.valueToTree(claims.toJSONObject());
    Identity identity = identity(takeId(content)).withClaims(content);
    return end == null ? identity : identity.withExpiry(end.toInstant().plus(SKEW));
  }

  private static Identity identity(String id) throws BadTokenException {
    try {
      return Identity.of(id);
    } catch (IllegalArgumentException e) {
      throw new BadTokenException("its id is none: " + e.getMessage(), e);
    }
  }

  /** It is text among the claims as well from now on: whoever reads both sees the same. */
  private String takeId(ObjectNode claims) throws BadTokenException {
    for (String name : rules.idClaims()) {
      JsonNode claim = claims.get(name);
      if (claim != null && !claim.isNull()) {
        String id = text(claim);
        if (id == null || id.isEmpty()) {
          throw new BadTokenException("its claim " + name + " is no id", null);
        }
        claims.put(name, id);
        return id;
      }
    }
    throw new BadTokenException("it has none of the claims " + rules.idClaims(), null);
  }

  /** Numbers as people write them: 42, not 42.0 or 4.2E1. */
  private static @Nullable String text(JsonNode claim) {
    if (claim.isNumber()) {
      BigDecimal number = claim.decimalValue();
      return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
    return claim.isTextual() ? claim.textValue() : null;
  }

  /** A token that is not good. */
  public static final class BadTokenException extends Exception {
    private BadTokenException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
