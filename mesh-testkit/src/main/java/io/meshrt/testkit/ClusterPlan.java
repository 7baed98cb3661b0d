// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit;

import io.meshrt.faults.SharedRedis;
import io.meshrt.server.InMemoryNetwork;
import io.meshrt.server.ManualClock;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.testkit.MeshCluster.NodeOptions;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a cluster for tests consists of. */
record ClusterPlan(
    int nodes,
    UnaryOperator<MeshServerBuilder> options,
    Consumer<MeshServer> setUp,
    boolean redis,
    boolean faults,
    @Nullable ManualClock clock) {
  private static final Duration NEVER = Duration.ofDays(365);

  ClusterPlan {
    if (nodes < 1) {
      throw new IllegalArgumentException("nodes: " + nodes);
    }
    if (redis && clock != null) {
      throw new IllegalStateException("a Redis has a clock of its own: clock(...) is for memory");
    }
  }

  static ClusterPlan of(int nodes) {
    return new ClusterPlan(nodes, builder -> builder, server -> {}, false, false, null);
  }

  ClusterPlan withOptions(UnaryOperator<MeshServerBuilder> options) {
    return new ClusterPlan(nodes, options, setUp, redis, faults, clock);
  }

  ClusterPlan withSetUp(Consumer<MeshServer> setUp) {
    return new ClusterPlan(nodes, options, setUp, redis, faults, clock);
  }

  ClusterPlan withRedis() {
    return new ClusterPlan(nodes, options, setUp, true, faults, clock);
  }

  ClusterPlan withFaults() {
    return new ClusterPlan(nodes, options, setUp, redis, true, clock);
  }

  ClusterPlan withClock(ManualClock clock) {
    return new ClusterPlan(nodes, options, setUp, redis, faults, clock);
  }

  RunningCluster start() {
    if (!faults) {
      return running(null);
    }
    Faults harm = redis ? Faults.withRedis(nodes) : Faults.inMemory();
    try {
      return running(harm);
    } catch (RuntimeException e) {
      harm.close();
      throw e;
    }
  }

  private RunningCluster running(@Nullable Faults harm) {
    MeshCluster cluster = MeshCluster.start(nodes, shared(harm), setUp);
    if (harm != null) {
      harm.linkClients(cluster);
    }
    return new RunningCluster(cluster, harm);
  }

  private NodeOptions shared(@Nullable Faults harm) {
    if (redis) {
      String prefix = "test" + Long.toHexString(ThreadLocalRandom.current().nextLong());
      return (number, builder) -> options.apply(builder.redis(redis(number, harm, prefix)));
    }
    if (clock == null) {
      InMemoryNetwork network = new InMemoryNetwork();
      return (number, builder) -> options.apply(builder.inMemory(network));
    }
    InMemoryNetwork network = new InMemoryNetwork(clock);
    HeartbeatOptions silent = HeartbeatOptions.defaults().withPingInterval(NEVER);
    return (number, builder) -> options.apply(builder.inMemory(network).heartbeat(silent));
  }

  private static RedisOptions redis(int number, @Nullable Faults harm, String prefix) {
    String uri =
        harm == null ? SharedRedis.uri() : "redis://127.0.0.1:" + harm.redisLink(number).port();
    return RedisOptions.of(uri).withPrefix(prefix);
  }
}
