// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.redisson.config.Config;

/** A Redis Cluster of three masters, without replicas. */
public final class TestRedisCluster implements AutoCloseable {
  private static final int SLOTS = 16_384;

  private final List<TestRedis> masters =
      Stream.generate(
              () -> TestRedis.started("cluster-enabled", "yes", "cluster-node-timeout", "2000"))
          .limit(3)
          .toList();

  private TestRedisCluster() {}

  /** A cluster that serves all slots. */
  public static TestRedisCluster started() {
    TestRedisCluster cluster = new TestRedisCluster();
    cluster.join();
    return cluster;
  }

  private void join() {
    for (int i = 0; i < masters.size(); i++) {
      int from = SLOTS * i / masters.size();
      int to = SLOTS * (i + 1) / masters.size();
      String[] slots =
          Stream.concat(
                  Stream.of("CLUSTER", "ADDSLOTS"),
                  IntStream.range(from, to).mapToObj(Integer::toString))
              .toArray(String[]::new);
      masters.get(i).command(slots);
      masters.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
    }
    for (TestRedis other : masters.subList(1, masters.size())) {
      masters.get(0).command("CLUSTER", "MEET", "127.0.0.1", "" + other.port());
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                masters.stream()
                    .map(master -> master.command("CLUSTER", "INFO"))
                    .allMatch(
                        info ->
                            info.contains("cluster_state:ok") && info.contains("cluster_size:3")));
  }

  public List<TestRedis> masters() {
    return masters;
  }

  public Config config() {
    Config config = new Config();
    masters.forEach(master -> config.useClusterServers().addNodeAddress(master.uri()));
    return config;
  }

  @Override
  public void close() {
    masters.forEach(TestRedis::close);
  }
}
