// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import io.meshrt.faults.SharedRedis;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.RedisOptions;
import io.meshrt.testkit.MeshCluster;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** How many nodes there are and what they share. */
@FunctionalInterface
public interface Deployment {
  /** Servers with these options and registrations, started. */
  MeshCluster start(UnaryOperator<MeshServerBuilder> options, Consumer<MeshServer> setUp);

  /** In the memory of this JVM. */
  static Deployment inMemory(int nodes) {
    return (options, setUp) -> MeshCluster.inMemory(nodes, options, setUp);
  }

  /** On the Redis that the tests share. */
  static Deployment redis(int nodes) {
    return redis(nodes, () -> RedisOptions.of(SharedRedis.uri()));
  }

  /** A prefix of its own keeps each start apart. */
  static Deployment redis(int nodes, Supplier<RedisOptions> redis) {
    return (options, setUp) -> {
      String prefix = "test" + Long.toHexString(ThreadLocalRandom.current().nextLong());
      return MeshCluster.redis(nodes, redis.get().withPrefix(prefix), options, setUp);
    };
  }
}
