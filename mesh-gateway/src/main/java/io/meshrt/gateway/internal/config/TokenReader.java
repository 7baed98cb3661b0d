// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.config;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import io.meshrt.gateway.internal.token.Pem;
import io.meshrt.gateway.internal.token.TokenKeys;
import io.meshrt.gateway.internal.token.TokenRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which tokens are good, by the environment; reads the files it names. */
final class TokenReader {
  private static final Set<JWSAlgorithm> OFFERED =
      Set.of(
          JWSAlgorithm.HS256,
          JWSAlgorithm.HS384,
          JWSAlgorithm.HS512,
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private final Environment environment;
  private final Values values;

  TokenReader(Environment environment, Values values) {
    this.environment = environment;
    this.values = values;
  }

  TokenRules read() {
    Set<JWSAlgorithm> algorithms = algorithms();
    byte[] secret = secret(algorithms);
    PublicKey publicKey = publicKey();
    JWKSet set = set();
    TokenKeys keys = new TokenKeys(secret, publicKey, set);
    if (!hasKey()) {
      environment.problem(
          Variable.JWT_KEY,
          "has to be set, or MESH_JWT_PUBLIC_KEY, or MESH_JWT_JWKS_FILE, or MESH_AUTH=none");
    } else if (environment.problems().isEmpty()) {
      match(algorithms, keys);
    }
    String issuer = environment.text(Variable.JWT_ISSUER);
    List<String> idClaims = values.list(Variable.JWT_ID_CLAIM);
    if (idClaims.isEmpty()) {
      environment.problem(Variable.JWT_ID_CLAIM, "names no claim");
    }
    return new TokenRules(
        algorithms,
        keys,
        idClaims,
        issuer.isEmpty() ? null : issuer,
        Set.copyOf(values.list(Variable.JWT_AUDIENCE)),
        values.flag(Variable.JWT_REQUIRE_EXP));
  }

  private boolean hasKey() {
    return environment.isSet(Variable.JWT_KEY)
        || environment.isSet(Variable.JWT_PUBLIC_KEY)
        || environment.isSet(Variable.JWT_JWKS_FILE);
  }

  /** Each algorithm needs a key, and each key an algorithm, or something was forgotten. */
  private void match(Set<JWSAlgorithm> algorithms, TokenKeys keys) {
    for (JWSAlgorithm algorithm : algorithms) {
      if (!keys.canCheck(algorithm)) {
        environment.problem(Variable.JWT_ALGORITHMS, "there is no key for " + algorithm);
      }
    }
    if (environment.isSet(Variable.JWT_KEY)
        && algorithms.stream().noneMatch(JWSAlgorithm.Family.HMAC_SHA::contains)) {
      environment.problem(Variable.JWT_KEY, "is of no use to the algorithms " + algorithms);
    }
    if (environment.isSet(Variable.JWT_PUBLIC_KEY)
        && algorithms.stream().allMatch(JWSAlgorithm.Family.HMAC_SHA::contains)) {
      environment.problem(Variable.JWT_PUBLIC_KEY, "is of no use to the algorithms " + algorithms);
    }
  }

  private Set<JWSAlgorithm> algorithms() {
    Set<JWSAlgorithm> algorithms = new LinkedHashSet<>();
    for (String name : values.list(Variable.JWT_ALGORITHMS)) {
      JWSAlgorithm algorithm = JWSAlgorithm.parse(name.toUpperCase(Locale.ROOT));
      if (OFFERED.contains(algorithm)) {
        algorithms.add(algorithm);
      } else {
        environment.problem(
            Variable.JWT_ALGORITHMS, "HS, RS, PS or ES with 256, 384 or 512, not " + name);
      }
    }
    if (algorithms.isEmpty()) {
      environment.problem(Variable.JWT_ALGORITHMS, "names none");
    }
    return algorithms;
  }

  private byte @Nullable [] secret(Set<JWSAlgorithm> algorithms) {
    if (!environment.isSet(Variable.JWT_KEY)) {
      return null;
    }
    byte[] secret = environment.text(Variable.JWT_KEY).getBytes(StandardCharsets.UTF_8);
    int needed = algorithms.stream().mapToInt(TokenReader::keyBytes).max().orElse(0);
    if (secret.length < needed) {
      String name = environment.name(Variable.JWT_KEY);
      String what = "has " + secret.length + " bytes, and these algorithms need " + needed;
      if (name.equals(Variable.JWT_KEY.key())) {
        environment.problem(Variable.JWT_KEY, what);
      } else {
        environment.notice(
            name + " " + what + ": whoever has seen a token may find it out by trying");
      }
    }
    return secret;
  }

  /** As RFC 7518 wants it, section 3.2. */
  private static int keyBytes(JWSAlgorithm algorithm) {
    return JWSAlgorithm.Family.HMAC_SHA.contains(algorithm)
        ? Integer.parseInt(algorithm.getName().substring(2)) / 8
        : 0;
  }

  private @Nullable PublicKey publicKey() {
    String text = environment.text(Variable.JWT_PUBLIC_KEY);
    if (text.isEmpty()) {
      return null;
    }
    String pem = Pem.isPem(text) ? text : file(Variable.JWT_PUBLIC_KEY);
    try {
      return pem == null ? null : Pem.publicKey(pem);
    } catch (IllegalArgumentException e) {
      environment.problem(Variable.JWT_PUBLIC_KEY, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private @Nullable JWKSet set() {
    String text = environment.isSet(Variable.JWT_JWKS_FILE) ? file(Variable.JWT_JWKS_FILE) : null;
    try {
      return text == null ? null : JWKSet.parse(text);
    } catch (ParseException e) {
      environment.problem(Variable.JWT_JWKS_FILE, "the file is no JSON web key set");
      return null;
    }
  }

  private @Nullable String file(Variable variable) {
    String name = environment.text(variable);
    try {
      return Files.readString(Path.of(name));
    } catch (IOException | InvalidPathException e) {
      environment.problem(
          variable, "cannot read " + (Variable.isFileName(name) ? name : "the file"));
      return null;
    }
  }
}
