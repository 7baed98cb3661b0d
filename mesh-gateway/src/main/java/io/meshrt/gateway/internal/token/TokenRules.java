// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.token;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens are good.
 *
 * @param algorithms the only ones
 * @param idClaims the first of these that a token has is the id of its user
 * @param issuer null for any
 * @param audiences a token has to be for one of these; empty for any
 * @param requiresExpiry whether a token that is good for ever is not good
 */
public record TokenRules(
    Set<JWSAlgorithm> algorithms,
    TokenKeys keys,
    List<String> idClaims,
    @Nullable String issuer,
    Set<String> audiences,
    boolean requiresExpiry) {
  public TokenRules {
    algorithms = Set.copyOf(algorithms);
    idClaims = List.copyOf(idClaims);
    audiences = Set.copyOf(audiences);
  }
}
