// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import io.meshrt.gateway.harness.Tokens;
import io.meshrt.server.auth.Identity;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {
  private static final long NOW = 1_700_000_000L;
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);
  private static final TokenKeys SECRET =
      new TokenKeys(Tokens.KEY.getBytes(StandardCharsets.UTF_8), null, null);
  private static KeyPair pair;

  @BeforeAll
  static void makePair() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    pair = generator.generateKeyPair();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\":\"ann\"} | ann",
        "{\"id\":42} | 42",
        "{\"id\":42.0} | 42",
        "{\"id\":1e3} | 1000",
        "{\"id\":0} | 0",
        "{\"id\":-7} | -7",
        "{\"id\":9007199254740993} | 9007199254740993",
        "{\"sub\":\"bob\"} | bob",
        "{\"id\":\"ann\",\"sub\":\"bob\"} | ann"
      })
  void theIdBecomesText(String claims, String id) throws Exception {
    assertThat(verifier(SECRET).verify(signed(claims)).id()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{\"id\":\"\"}", "{\"id\":true}", "{\"id\":{}}", "{\"id\":[1]}", "[]", "7"})
  void withoutAnIdItIsNotGood(String claims) {
    refuses(verifier(SECRET), signed(claims));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\\ud800", "\\udc00a", "\\udc00\\ud800"})
  void halfASurrogatePairMakesNoId(String id) throws Exception {
    refuses(verifier(SECRET), signed("{\"sub\":\"" + id + "\"}"));

    String whole = signed("{\"sub\":\"a\\ud83d\\ude00\"}");
    assertThat(verifier(SECRET).verify(whole).id()).isEqualTo("a\ud83d\ude00");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a.b.c", "a.b", "null", "{}", "\u0000", "a.b.c.d.e"})
  void whatIsNoTokenIsNotGood(String token) {
    refuses(verifier(SECRET), token);
  }

  @Test
  void theClaimsComeAlong() throws Exception {
    Identity identity =
        verifier(SECRET).verify(signed("{\"id\":1,\"name\":\"Ann\",\"roles\":[\"a\"]}"));

    assertThat(identity.claims().path("id").textValue()).isEqualTo("1");
    assertThat(identity.claims().path("name").asText()).isEqualTo("Ann");
    assertThat(identity.claims().path("roles").path(0).asText()).isEqualTo("a");
    assertThat(identity.expiresAt()).isEmpty();
  }

  @Test
  void timesAreCheckedWithSomeSkew() throws Exception {
    TokenVerifier verifier = verifier(SECRET);

    assertThat(verifier.verify(signed("{\"id\":1,\"exp\":" + (NOW + 60) + "}")).expiresAt())
        .hasValue(Instant.ofEpochSecond(NOW + 60).plus(TokenVerifier.SKEW));
    verifier.verify(signed("{\"id\":1,\"exp\":" + (NOW - 29) + "}"));
    verifier.verify(signed("{\"id\":1,\"nbf\":" + (NOW + 29) + "}"));
    refuses(verifier, signed("{\"id\":1,\"exp\":" + (NOW - 31) + "}"));
    refuses(verifier, signed("{\"id\":1,\"nbf\":" + (NOW + 31) + "}"));
  }

  @Test
  void anEndMayBeRequired() throws Exception {
    TokenVerifier verifier =
        new TokenVerifier(
            new TokenRules(Set.of(JWSAlgorithm.HS256), SECRET, List.of("id"), null, Set.of(), true),
            CLOCK);

    verifier.verify(signed("{\"id\":1,\"exp\":" + (NOW + 60) + "}"));
    refuses(verifier, signed("{\"id\":1,\"exp\":" + (NOW - 60) + "}"));
    refuses(verifier, signed("{\"id\":1,\"exp\":null}"));
    refuses(verifier, signed("{\"id\":1,\"exp\":\"never\"}"));
    refuses(verifier, signed("{\"id\":1}"));
    verifier(SECRET).verify(signed("{\"id\":1}"));
  }

  @Test
  void issuerAndAudienceHaveToFit() throws Exception {
    TokenVerifier verifier =
        new TokenVerifier(
            new TokenRules(
                Set.of(JWSAlgorithm.HS256), SECRET, List.of("id"), "us", Set.of("a", "b"), false),
            CLOCK);

    verifier.verify(signed("{\"id\":1,\"iss\":\"us\",\"aud\":\"b\"}"));
    verifier.verify(signed("{\"id\":1,\"iss\":\"us\",\"aud\":[\"x\",\"a\"]}"));
    refuses(verifier, signed("{\"id\":1,\"iss\":\"them\",\"aud\":\"b\"}"));
    refuses(verifier, signed("{\"id\":1,\"aud\":\"b\"}"));
    refuses(verifier, signed("{\"id\":1,\"iss\":\"us\",\"aud\":\"x\"}"));
    refuses(verifier, signed("{\"id\":1,\"iss\":\"us\"}"));
  }

  @Test
  void signaturesAreChecked() {
    refuses(verifier(SECRET), Tokens.hs256("another key, which is long enough", "{\"id\":1}"));
    refuses(verifier(SECRET), Tokens.unsigned("{\"id\":1}"));
    refuses(verifier(SECRET), signed("{\"id\":1}") + "x");
    refuses(
        verifier(SECRET),
        Tokens.hs256(Tokens.KEY, "{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}", "{\"id\":1}"));
  }

  @Test
  void keysWithoutAMatchingAlgorithmAreNotUsed() throws Exception {
    TokenKeys both =
        new TokenKeys(Tokens.KEY.getBytes(StandardCharsets.UTF_8), pair.getPublic(), null);
    String byRsa = Tokens.rs256(pair.getPrivate(), "{\"alg\":\"RS256\"}", "{\"id\":1}");

    assertThat(verifier(both, JWSAlgorithm.RS256).verify(byRsa).id()).isEqualTo("1");
    refuses(verifier(both, JWSAlgorithm.HS256), byRsa);
    refuses(verifier(both, JWSAlgorithm.RS256), signed("{\"id\":1}"));
    String publicText = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    refuses(
        verifier(new TokenKeys(null, pair.getPublic(), null), JWSAlgorithm.HS256),
        Tokens.hs256(publicText, "{\"id\":1}"));
  }

  @Test
  void keysOfASetAreFoundByTheirId() throws Exception {
    RSAKey key = new RSAKey.Builder((RSAPublicKey) pair.getPublic()).keyID("k1").build();
    TokenVerifier verifier =
        verifier(new TokenKeys(null, null, new JWKSet(key)), JWSAlgorithm.RS256);

    verifier.verify(
        Tokens.rs256(pair.getPrivate(), "{\"alg\":\"RS256\",\"kid\":\"k1\"}", "{\"id\":1}"));
    refuses(
        verifier,
        Tokens.rs256(pair.getPrivate(), "{\"alg\":\"RS256\",\"kid\":\"k2\"}", "{\"id\":1}"));
  }

  @Test
  void shortKeysMakeTheSameSignatures() throws Exception {
    TokenVerifier verifier =
        verifier(new TokenKeys("secret".getBytes(StandardCharsets.UTF_8), null, null));

    assertThat(verifier.verify(Tokens.hs256("secret", "{\"id\":1}")).id()).isEqualTo("1");
    refuses(verifier, Tokens.hs256("secret1", "{\"id\":1}"));
  }

  @Test
  void publicKeysAreReadFromText() {
    String body = Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded());
    String pem = "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";

    assertThat(Pem.publicKey(pem)).isEqualTo(pair.getPublic());
    assertThat(Pem.publicKey(pem.replaceAll("\\R", "\\\\n"))).isEqualTo(pair.getPublic());
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Pem.publicKey(pem.replace("PUBLIC", "RSA PUBLIC")));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(
            () -> Pem.publicKey("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"));
  }

  private static String signed(String claims) {
    return Tokens.hs256(Tokens.KEY, claims);
  }

  private static TokenVerifier verifier(TokenKeys keys, JWSAlgorithm... algorithms) {
    Set<JWSAlgorithm> allowed =
        algorithms.length == 0 ? Set.of(JWSAlgorithm.HS256) : Set.of(algorithms);
    return new TokenVerifier(
        new TokenRules(allowed, keys, List.of("id", "sub"), null, Set.of(), false), CLOCK);
  }

  private static void refuses(TokenVerifier verifier, String token) {
    assertThatExceptionOfType(TokenVerifier.BadTokenException.class)
        .isThrownBy(() -> verifier.verify(token));
  }
}
