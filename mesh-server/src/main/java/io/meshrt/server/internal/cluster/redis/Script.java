// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** The atomic operations, each a Lua resource of the same name behind common.lua. */
enum Script {
  PUBLISH,
  HISTORY,
  PRESENT,
  VALUES,
  COMMIT,
  JOIN("announce"),
  REMOVE("announce"),
  MEMBER_VALUE("announce"),
  MEMBERS("announce"),
  REGISTER,
  RENEW,
  NODES,
  PROCESS,
  CLAIM,
  FORGET,
  ENLIST,
  DELIST,
  CATALOG_ADD,
  CATALOG_TOKENS,
  CATALOG_REMOVE,
  CATALOG_PAGE;

  private final String text;
  private final String digest;

  Script(String... parts) {
    StringBuilder whole = new StringBuilder(resource("common"));
    for (String part : parts) {
      whole.append(resource(part));
    }
    text = whole.append(resource(name().toLowerCase(Locale.ROOT))).toString();
    digest = sha1(text);
  }

  /** What Redis runs. */
  String text() {
    return text;
  }

  /** The name under which Redis knows it once it ran. */
  String digest() {
    return digest;
  }

  private static String resource(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("missing resource: " + name + ".lua");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha1(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
