// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.config;

import io.meshrt.server.RedisOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The Redis of the environment: one server, or whatever sentinels point to. */
final class RedisReader {
  private final Environment environment;
  private final Values values;

  RedisReader(Environment environment, Values values) {
    this.environment = environment;
    this.values = values;
  }

  /** Null when there is none. */
  @Nullable RedisOptions read() {
    List<String> sentinels = addresses();
    RedisOptions redis = sentinels.isEmpty() ? server() : sentinels(sentinels);
    String prefix = environment.text(Variable.NAMESPACE);
    try {
      RedisOptions named =
          (redis == null ? RedisOptions.of("redis://localhost") : redis).withPrefix(prefix);
      // Connections are accepted and the end is listened for while Redis is away.
      return redis == null ? null : named.withStartup(RedisOptions.Startup.BACKGROUND);
    } catch (IllegalArgumentException e) {
      environment.problem(
          Variable.NAMESPACE, "1 to 64 letters, digits, underscores, dots and hyphens");
      return redis;
    }
  }

  private @Nullable RedisOptions server() {
    String uri = environment.text(Variable.REDIS_URI);
    try {
      return uri.isEmpty() ? null : RedisOptions.of(uri);
    } catch (IllegalArgumentException e) {
      environment.problem(Variable.REDIS_URI, String.valueOf(e.getMessage()));
      return null;
    }
  }

  /** Each {@code host:port}. */
  private List<String> addresses() {
    List<String> addresses = new ArrayList<>();
    for (String text : values.list(Variable.REDIS_SENTINELS)) {
      if (!text.matches("(rediss?://)?[A-Za-z0-9._-]+:\\d{1,5}/?")) {
        environment.problem(
            Variable.REDIS_SENTINELS, "host:port between commas; credentials: MESH_REDIS_URI");
        return List.of();
      }
      addresses.add(text.replaceAll("^rediss?://|/$", ""));
    }
    return addresses;
  }

  /** TLS is said by the URI, else by the addresses. */
  private @Nullable RedisOptions sentinels(List<String> addresses) {
    boolean tls = environment.text(Variable.REDIS_SENTINELS).contains("rediss://");
    String uri =
        environment.isSet(Variable.REDIS_URI)
            ? environment.text(Variable.REDIS_URI)
            : (tls ? "rediss" : "redis") + "://localhost";
    try {
      return RedisOptions.ofSentinels(uri, environment.text(Variable.REDIS_MASTER), addresses);
    } catch (IllegalArgumentException e) {
      environment.problem(Variable.REDIS_URI, String.valueOf(e.getMessage()));
      return null;
    }
  }
}
