// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.redisson.config.Config;
import org.redisson.config.SingleServerConfig;

/** The parts of a Redis URI. No message about a bad one repeats the part before the host. */
record RedisUri(
    boolean tls,
    String host,
    int port,
    Optional<String> user,
    Optional<String> password,
    int database) {
  private static final int DEFAULT_PORT = 6379;

  static RedisUri parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      // Neither the text nor the cause: both repeat the password.
      throw new IllegalArgumentException("not a URI; special characters have to be escaped");
    }
    String scheme = Optional.ofNullable(uri.getScheme()).orElse("");
    if (!scheme.equals("redis") && !scheme.equals("rediss")) {
      throw new IllegalArgumentException("scheme of the Redis URI: '" + scheme + "'");
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("the Redis URI names no host");
    }
    String[] credentials =
        Optional.ofNullable(uri.getRawUserInfo())
            .map(info -> info.split(":", 2))
            .orElse(new String[0]);
    Optional<String> user =
        credentials.length == 2 && !credentials[0].isEmpty()
            ? Optional.of(decode(credentials[0]))
            : Optional.empty();
    Optional<String> password =
        credentials.length == 0
            ? Optional.empty()
            : Optional.of(decode(credentials[credentials.length - 1]));
    int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    return new RedisUri(
        scheme.equals("rediss"), uri.getHost(), port, user, password, database(uri.getPath()));
  }

  private static String decode(String escaped) {
    return URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static int database(String path) {
    if (path.isEmpty() || path.equals("/")) {
      return 0;
    }
    if (path.contains("@")) {
      throw new IllegalArgumentException("special characters of the password have to be escaped");
    }
    if (!path.matches("/\\d{1,4}")) {
      throw new IllegalArgumentException("database in the Redis URI: " + path);
    }
    return Integer.parseInt(path.substring(1));
  }

  String address() {
    return host + ":" + port;
  }

  Config toConfig() {
    Config config = new Config();
    SingleServerConfig server = config.useSingleServer();
    server.setAddress((tls ? "rediss://" : "redis://") + address()).setDatabase(database);
    user.ifPresent(config::setUsername);
    password.ifPresent(config::setPassword);
    return config;
  }

  /** The host counts for nothing then: sentinels know it. */
  Config toSentinelConfig(String master, List<String> addresses) {
    Config config = new Config();
    config
        .useSentinelServers()
        .setMasterName(master)
        .setCheckSentinelsList(false)
        .setDatabase(database)
        .addSentinelAddress(
            addresses.stream()
                .map(address -> (tls ? "rediss://" : "redis://") + address)
                .toArray(String[]::new));
    user.ifPresent(config::setUsername);
    password.ifPresent(config::setPassword);
    return config;
  }

  @Override
  public String toString() {
    return address();
  }
}
