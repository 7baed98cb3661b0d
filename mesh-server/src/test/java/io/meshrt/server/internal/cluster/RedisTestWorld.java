// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import io.meshrt.server.internal.cluster.redis.RedisCluster;
import io.meshrt.server.internal.cluster.redis.RedisSettings;
import java.security.SecureRandom;

/** Nodes of one deployment on a Redis; every world is a deployment of its own. */
public final class RedisTestWorld extends TestWorld {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final RedisSettings settings;

  /** On the given Redis, under a prefix that no other world has. */
  public RedisTestWorld(RedisSettings settings) {
    this.settings = settings.withPrefix("test" + Long.toUnsignedString(RANDOM.nextLong(), 36));
  }

  public RedisSettings settings() {
    return settings;
  }

  @Override
  protected Cluster build(String name, LeaseOptions leases, TestTimers timers) {
    return new RedisCluster(settings, name, leases, timers, RANDOM.nextLong());
  }

  @Override
  protected Cluster buildGuest(String name, TestTimers timers) {
    return RedisCluster.guest(settings, name, timers, RANDOM.nextLong());
  }
}
