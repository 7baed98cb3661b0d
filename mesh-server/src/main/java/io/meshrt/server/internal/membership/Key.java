// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Topic;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * What memberships are remembered under. Keys of different kinds never are the same.
 *
 * @param kind of the topic that has what is remembered
 * @param name distinguishes keys of one kind
 */
public record Key(String kind, String name) {
  private static final String IDENTITY = "room.kept.identity";
  private static final String TOKEN = "room.kept.token";
  private static final String THINWS = "room.kept.thinws";
  private static final int TOKEN_BYTES = 24;
  private static final Pattern TOKEN_FORM = Pattern.compile("[0-9A-Za-z_-]{32}");
  private static final SecureRandom RANDOM = new SecureRandom();

  /** An identity's. */
  public static Key ofIdentity(String id) {
    return new Key(IDENTITY, id);
  }

  /** A name of ThinWS's clients, which nobody has checked. */
  static Key ofThinWs(String name) {
    return new Key(THINWS, name);
  }

  /** That of whoever has this token; the key does not tell it. */
  static Key ofToken(String token) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
      return new Key(TOKEN, Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** A token that nobody can guess. */
  static String newToken() {
    byte[] bytes = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Whether a text can be a token. */
  static boolean isToken(String text) {
    return TOKEN_FORM.matcher(text).matches();
  }

  /** Whether it stays when nothing is remembered: a token has to be known to be taken. */
  boolean staysWhenEmpty() {
    return kind.equals(TOKEN);
  }

  Topic topic() {
    return new Topic(kind, name);
  }
}
