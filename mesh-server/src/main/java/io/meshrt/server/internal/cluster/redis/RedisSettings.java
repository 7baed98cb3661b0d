// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.redisson.config.Config;

/**
 * Where Redis is and how to treat it. Immutable; {@link #toString} and {@link #address} never tell
 * user or password.
 */
public final class RedisSettings {
  /** What start does while Redis does not answer. */
  public enum Startup {
    /** Tries for ever. */
    WAIT,
    /** Fails at the first failed attempt. */
    FAIL,
    /** Returns at once, and tries for ever. */
    BACKGROUND
  }

  private final Supplier<Config> source;
  private final String address;
  private final String prefix;
  private final Duration retryDelay;
  private final Duration connectTimeout;
  private final Startup startup;

  private RedisSettings(
      Supplier<Config> source,
      String address,
      String prefix,
      Duration retryDelay,
      Duration connectTimeout,
      Startup startup) {
    this.source = source;
    this.address = address;
    this.prefix = prefix;
    this.retryDelay = retryDelay;
    this.connectTimeout = connectTimeout;
    this.startup = startup;
  }

  /**
   * One server: {@code redis://[user[:password]@]host[:port][/database]}, or {@code rediss} for
   * TLS. A single word in front of the {@code @} is a password; escape what is special in a URI.
   */
  public static RedisSettings of(String uri) {
    RedisUri parsed = RedisUri.parse(uri);
    return defaults(parsed::toConfig, parsed.address());
  }

  /** One server. */
  public static RedisSettings of(URI uri) {
    return of(uri.toString());
  }

  /** As sentinels say, each {@code host:port}; all but host and port is that of {@code uri}. */
  public static RedisSettings ofSentinels(String uri, String master, List<String> sentinels) {
    return of(RedisUri.parse(uri).toSentinelConfig(master, sentinels));
  }

  /** Whatever Redisson can reach: single server, sentinels, cluster. The object is copied. */
  public static RedisSettings of(Config config) {
    Config copy = new Config(config);
    return defaults(() -> new Config(copy), RedisConfig.addresses(copy));
  }

  /** The same, as Redisson's YAML. */
  public static RedisSettings ofYaml(String yaml) {
    return of(Config.fromYAML(yaml));
  }

  private static RedisSettings defaults(Supplier<Config> source, String address) {
    return new RedisSettings(
        source, address, "mesh", Duration.ofSeconds(1), Duration.ofSeconds(2), Startup.WAIT);
  }

  /** Name of the deployment: deployments of different names on one Redis never meet. */
  public RedisSettings withPrefix(String name) {
    if (!name.matches("[A-Za-z0-9_.-]{1,64}")) {
      throw new IllegalArgumentException("prefix: " + name);
    }
    return new RedisSettings(source, address, name, retryDelay, connectTimeout, startup);
  }

  /** Longest pause between two attempts to connect; the first pauses are shorter. */
  public RedisSettings withRetryDelay(Duration delay) {
    return new RedisSettings(
        source, address, prefix, positive("retryDelay", delay), connectTimeout, startup);
  }

  /** How long one attempt to connect may take. */
  public RedisSettings withConnectTimeout(Duration timeout) {
    return new RedisSettings(
        source, address, prefix, retryDelay, positive("connectTimeout", timeout), startup);
  }

  /** What start does while Redis does not answer. */
  public RedisSettings withStartup(Startup behaviour) {
    return new RedisSettings(source, address, prefix, retryDelay, connectTimeout, behaviour);
  }

  private static Duration positive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(name + ": " + value);
    }
    return value;
  }

  /** Hosts and ports. */
  public String address() {
    return address;
  }

  /** Name of the deployment. */
  public String prefix() {
    return prefix;
  }

  Duration retryDelay() {
    return retryDelay;
  }

  Duration connectTimeout() {
    return connectTimeout;
  }

  /** What start does while Redis does not answer. */
  public Startup startup() {
    return startup;
  }

  /** A fresh configuration, adapted to what this package needs. */
  Config newConfig() {
    return RedisConfig.adapt(source.get(), this);
  }

  @Override
  public String toString() {
    return "RedisSettings" + List.of(address, prefix, startup);
  }
}
