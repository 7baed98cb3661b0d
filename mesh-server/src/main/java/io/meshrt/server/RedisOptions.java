// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.redis.RedisCluster;
import io.meshrt.server.internal.cluster.redis.RedisSettings;
import io.meshrt.server.internal.outpost.Ground;
import io.meshrt.server.internal.schedule.Scheduler;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.redisson.config.Config;

/**
 * The Redis that makes servers behave as one, and how to treat it. Immutable; {@link #toString}
 * tells hosts and ports, never user or password.
 */
public final class RedisOptions extends Ground {
  /** What {@link MeshServer#start} does while Redis does not answer. */
  public enum Startup {
    /** Waits, for ever if need be; says so in the log. */
    WAIT,
    /** Fails at the first failed attempt, naming host and port. */
    FAIL,
    /** Returns at once: connections are accepted, and what needs Redis fails until it answers. */
    BACKGROUND
  }

  private final RedisSettings settings;

  private RedisOptions(RedisSettings settings) {
    this.settings = settings;
  }

  /**
   * One server: {@code redis://[user[:password]@]host[:port][/database]}, or {@code rediss} for
   * TLS. A single word in front of the {@code @} is a password; escape what is special in a URI.
   *
   * @throws IllegalArgumentException when it is none of these; does not repeat the password
   */
  public static RedisOptions of(String uri) {
    return new RedisOptions(RedisSettings.of(uri));
  }

  /**
   * The server that sentinels call the master.
   *
   * @param uri as in {@link #of(String)}: user, password, database and TLS, the latter for the
   *     sentinels as well; its host and port are not used
   * @param master what the sentinels call it
   * @param sentinels {@code host:port} of one or more; not all of them have to be there
   * @throws IllegalArgumentException when the URI is wrong; does not repeat the password
   */
  public static RedisOptions ofSentinels(String uri, String master, List<String> sentinels) {
    return new RedisOptions(RedisSettings.ofSentinels(uri, master, sentinels));
  }

  /** Whatever Redisson can reach: single server, sentinels, cluster. The object is copied. */
  public static RedisOptions of(Config config) {
    return new RedisOptions(RedisSettings.of(config));
  }

  /** As {@link #of(Config)}, in Redisson's YAML. */
  public static RedisOptions ofYaml(String yaml) {
    return new RedisOptions(RedisSettings.ofYaml(yaml));
  }

  /**
   * The same with the name of a deployment, {@code mesh} unless set: deployments of different names
   * on one Redis never meet.
   *
   * @param prefix 1 to 64 letters, digits, underscores, dots and hyphens
   */
  public RedisOptions withPrefix(String prefix) {
    return new RedisOptions(settings.withPrefix(prefix));
  }

  /** The same with the longest pause between two attempts to connect, 1 s unless set. */
  public RedisOptions withRetryDelay(Duration retryDelay) {
    return new RedisOptions(settings.withRetryDelay(retryDelay));
  }

  /** The same with a limit for one attempt to connect, 2 s unless set. */
  public RedisOptions withConnectTimeout(Duration connectTimeout) {
    return new RedisOptions(settings.withConnectTimeout(connectTimeout));
  }

  /** The same with a behaviour at the start, {@link Startup#WAIT} unless set. */
  public RedisOptions withStartup(Startup startup) {
    Objects.requireNonNull(startup, "startup");
    return new RedisOptions(settings.withStartup(RedisSettings.Startup.valueOf(startup.name())));
  }

  RedisSettings settings() {
    return settings;
  }

  @Override
  protected Guest guest(String name, Scheduler scheduler) {
    Cluster cluster = RedisCluster.guest(settings, name, scheduler, new SecureRandom().nextLong());
    return new Guest() {
      @Override
      public Cluster cluster() {
        return cluster;
      }

      @Override
      public boolean waits() {
        return settings.startup() != RedisSettings.Startup.BACKGROUND;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}
