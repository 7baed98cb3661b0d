// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.config;

import io.meshrt.server.RedisOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.redisson.config.Config;
import org.redisson.config.SentinelServersConfig;

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
    RedisOptions redis = server();
    List<String> sentinels = addresses();
    if (!sentinels.isEmpty()) {
      redis = sentinels(sentinels);
    }
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

  private List<String> addresses() {
    List<String> addresses = new ArrayList<>();
    for (String text : values.list(Variable.REDIS_SENTINELS)) {
      String address = text.contains("://") ? text : "redis://" + text;
      if (!address.matches("rediss?://[A-Za-z0-9._-]+:\\d{1,5}/?")) {
        environment.problem(
            Variable.REDIS_SENTINELS, "host:port between commas; credentials: MESH_REDIS_URI");
        return List.of();
      }
      addresses.add(address);
    }
    return addresses;
  }

  private RedisOptions sentinels(List<String> addresses) {
    Config config = new Config();
    SentinelServersConfig servers =
        config
            .useSentinelServers()
            .setMasterName(environment.text(Variable.REDIS_MASTER))
            .addSentinelAddress(addresses.toArray(String[]::new));
    String uri = environment.text(Variable.REDIS_URI);
    if (!uri.isEmpty()) {
      takeCredentials(uri, config, servers);
    }
    return RedisOptions.of(config);
  }

  private void takeCredentials(String uri, Config config, SentinelServersConfig servers) {
    try {
      URI parsed = URI.create(uri);
      String user = parsed.getUserInfo();
      if (user != null) {
        int colon = user.indexOf(':');
        config.setPassword(user.substring(colon + 1));
        if (colon > 0) {
          config.setUsername(user.substring(0, colon));
        }
      }
      String path = parsed.getPath();
      if (path != null && path.matches("/\\d{1,4}")) {
        servers.setDatabase(Integer.parseInt(path.substring(1)));
      }
    } catch (IllegalArgumentException e) {
      return; // told already, without the password
    }
  }
}
