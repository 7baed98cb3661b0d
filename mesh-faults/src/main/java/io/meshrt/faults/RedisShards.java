// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A Redis Cluster of three masters, without replicas. */
public final class RedisShards implements AutoCloseable {
  private static final int SLOTS = 16_384;

  private final List<RedisServer> masters =
      Stream.generate(
              () -> RedisServer.started("cluster-enabled", "yes", "cluster-node-timeout", "2000"))
          .limit(3)
          .toList();

  private RedisShards() {}

  /** A cluster that serves all slots. */
  public static RedisShards started() {
    RedisShards cluster = new RedisShards();
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
    for (RedisServer other : masters.subList(1, masters.size())) {
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

  /** The servers, to be ill-treated one by one. */
  public List<RedisServer> masters() {
    return masters;
  }

  /** Where the masters answer. */
  public List<String> uris() {
    return masters.stream().map(RedisServer::uri).toList();
  }

  @Override
  public void close() {
    masters.forEach(RedisServer::close);
  }
}
