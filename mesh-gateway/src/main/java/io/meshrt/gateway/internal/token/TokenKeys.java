// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.SecretJWK;
import java.security.Key;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Keys that tokens are checked with. Immutable; {@link #toString} tells nothing of them.
 *
 * <p>A key is only ever used with algorithms of its own kind, so nobody can sign with what is
 * public.
 */
public final class TokenKeys {
  /** An HMAC is the same when zeros follow its key, up to a block, which has 64 bytes or more. */
  private static final int FILLED_BYTES = 64;

  private final @Nullable SecretKey secret;
  private final @Nullable PublicKey publicKey;
  private final JWKSet set;

  /**
   * These keys, each of which may be missing.
   *
   * @param secret for HMAC
   * @param publicKey RSA or EC
   */
  public TokenKeys(byte @Nullable [] secret, @Nullable PublicKey publicKey, @Nullable JWKSet set) {
    this.secret =
        secret == null
            ? null
            : new SecretKeySpec(
                Arrays.copyOf(secret, Math.max(secret.length, FILLED_BYTES)), "MAC");
    this.publicKey = publicKey;
    this.set = set == null ? new JWKSet() : set;
  }

  /** Whether there is a key for an algorithm at all. */
  public boolean canCheck(JWSAlgorithm algorithm) {
    return !select(new JWSHeader(algorithm)).isEmpty();
  }

  /** The keys a token with this header may have been signed with. */
  List<Key> select(JWSHeader header) {
    JWSAlgorithm algorithm = header.getAlgorithm();
    List<Key> keys = new ArrayList<>();
    if (JWSAlgorithm.Family.HMAC_SHA.contains(algorithm) && secret != null) {
      keys.add(secret);
    }
    if (JWSAlgorithm.Family.RSA.contains(algorithm) && publicKey instanceof RSAPublicKey rsa) {
      keys.add(rsa);
    }
    if (JWSAlgorithm.Family.EC.contains(algorithm) && publicKey instanceof ECPublicKey ec) {
      keys.add(ec);
    }
    JWKMatcher matching =
        new JWKMatcher.Builder()
            .keyType(KeyType.forAlgorithm(algorithm))
            .keyID(header.getKeyID())
            .algorithms(algorithm, null)
            .build();
    for (JWK key : new JWKSelector(matching).select(set)) {
      keys.add(material(key));
    }
    return keys;
  }

  private static Key material(JWK key) {
    try {
      if (key instanceof SecretJWK symmetric) {
        return symmetric.toSecretKey();
      }
      return ((AsymmetricJWK) key).toPublicKey();
    } catch (JOSEException e) {
      throw new IllegalStateException("a key of the set cannot be used", e);
    }
  }

  @Override
  public String toString() {
    return "TokenKeys";
  }
}
