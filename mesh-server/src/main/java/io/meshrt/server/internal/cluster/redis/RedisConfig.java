// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.ClusterServersConfig;
import org.redisson.config.Config;
import org.redisson.config.EqualJitterDelay;
import org.redisson.config.ReadMode;
import org.redisson.config.SentinelServersConfig;
import org.redisson.config.SingleServerConfig;
import org.redisson.config.SubscriptionMode;

/**
 * Turns any Redisson configuration into one this package can live with.
 *
 * <ul>
 *   <li>Nothing is sent twice: a script that was not answered may have run.
 *   <li>One subscription connection per master, so that what one channel hears is evidence for the
 *       others.
 *   <li>Everything is read from masters: a replica may not know yet.
 *   <li>A dead link is found out within seconds.
 * </ul>
 */
final class RedisConfig {
  /**
   * Below the 3 s in which every call is answered, above the time in which {@link Probes} find out
   * that nothing is.
   */
  static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(2);

  private static final Duration PING_INTERVAL = Duration.ofSeconds(2);
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final int SUBSCRIPTIONS = 10_000_000;
  private static final int CONNECTIONS = 8;
  private static final int THREADS = 2;

  private RedisConfig() {}

  static Config adapt(Config config, RedisSettings settings) {
    config
        .setCodec(ByteArrayCodec.INSTANCE)
        .setThreads(THREADS)
        .setNettyThreads(THREADS)
        .setUseScriptCache(false)
        .setLazyInitialization(false)
        .setTcpNoDelay(true)
        .setKeepPubSubOrder(true);
    if (config.isClusterConfig()) {
      ClusterServersConfig cluster = config.useClusterServers();
      cluster.setScanInterval(1_000);
      many(cluster, settings);
    } else if (config.isSentinelConfig()) {
      SentinelServersConfig sentinels = config.useSentinelServers();
      sentinels.setScanInterval(1_000);
      many(sentinels, settings);
    } else if (config.isSingleConfig()) {
      SingleServerConfig server = config.useSingleServer();
      server
          .setConnectionPoolSize(CONNECTIONS)
          .setConnectionMinimumIdleSize(2)
          .setSubscriptionConnectionPoolSize(1)
          .setSubscriptionConnectionMinimumIdleSize(1);
      all(server, settings);
    } else {
      throw new IllegalArgumentException(
          "Redis: neither a single server, nor sentinels, nor a cluster");
    }
    return config;
  }

  private static <T extends BaseMasterSlaveServersConfig<T>> void many(
      T servers, RedisSettings settings) {
    servers.setReadMode(ReadMode.MASTER);
    servers.setSubscriptionMode(SubscriptionMode.MASTER);
    servers.setMasterConnectionPoolSize(CONNECTIONS);
    servers.setMasterConnectionMinimumIdleSize(2);
    servers.setSubscriptionConnectionPoolSize(1);
    servers.setSubscriptionConnectionMinimumIdleSize(1);
    all(servers, settings);
  }

  private static <T extends BaseConfig<T>> void all(T servers, RedisSettings settings) {
    EqualJitterDelay delay =
        new EqualJitterDelay(min(FIRST_RETRY, settings.retryDelay()), settings.retryDelay());
    servers.setRetryAttempts(0);
    servers.setRetryDelay(delay);
    servers.setReconnectionDelay(delay);
    servers.setTimeout((int) RESPONSE_TIMEOUT.toMillis());
    servers.setConnectTimeout((int) settings.connectTimeout().toMillis());
    servers.setSubscriptionTimeout((int) RESPONSE_TIMEOUT.toMillis());
    servers.setSubscriptionsPerConnection(SUBSCRIPTIONS);
    servers.setPingConnectionInterval((int) PING_INTERVAL.toMillis());
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** Hosts and ports, without credentials. */
  static String addresses(Config config) {
    List<String> addresses;
    if (config.isClusterConfig()) {
      addresses = config.useClusterServers().getNodeAddresses();
    } else if (config.isSentinelConfig()) {
      addresses = config.useSentinelServers().getSentinelAddresses();
    } else if (config.isSingleConfig()) {
      addresses = List.of(config.useSingleServer().getAddress());
    } else {
      throw new IllegalArgumentException(
          "Redis: neither a single server, nor sentinels, nor a cluster");
    }
    return addresses.stream()
        .map(address -> address.replaceFirst("^\\w+://", "").replaceFirst("^.*@", ""))
        .collect(Collectors.joining(", "));
  }
}
