// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import static io.meshrt.tests.cluster.ClusterSuite.heard;
import static io.meshrt.tests.cluster.ClusterSuite.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.faults.RedisSentinels;
import io.meshrt.faults.RedisShards;
import io.meshrt.server.ClusterHealth;
import io.meshrt.server.RedisOptions;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A master of Redis dies, and there is more than one server of it. */
@Tag("full")
class LostMastersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ROOM = "lobby";
  private static final String SENTINELS =
      "sentinelServersConfig:\n  masterName: mesh\n  sentinelAddresses:\n";
  private static final String SHARDS = "clusterServersConfig:\n  nodeAddresses:\n";

  @Test
  @Timeout(300)
  void nodesGoOnWithAReplicaThatLagged() throws Exception {
    try (RedisSentinels redis = RedisSentinels.started();
        MeshCluster cluster = cluster(options(SENTINELS, redis.uris()))) {
      MeshClient early = member(cluster, 0);
      List<String> heardByEarly = heard(early, "said", String.class);
      redis.lag();
      MeshClient late = member(cluster, 1); // acknowledged, and lost with the master
      List<String> heardByLate = heard(late, "said", String.class);

      redis.failOver();

      awaitMembers(cluster, Set.of(id(early), id(late)));
      awaitHeard(cluster, heardByEarly, heardByLate);
      assertThat(List.of(early.status(), late.status())).containsOnly(ClientStatus.CONNECTED);
    }
  }

  @Test
  @Timeout(300)
  void nodesGoOnWhenAMasterOfTheClusterIsBack() throws Exception {
    try (RedisShards redis = RedisShards.started();
        MeshCluster cluster = cluster(options(SHARDS, redis.uris()))) {
      MeshClient one = member(cluster, 0);
      List<String> heardByOne = heard(one, "said", String.class);
      MeshClient other = member(cluster, 1);
      List<String> heardByOther = heard(other, "said", String.class);

      for (int lost = 0; lost < redis.masters().size(); lost++) {
        redis.lose(lost);
        redis.bringBack(lost);
      }

      awaitMembers(cluster, Set.of(id(one), id(other)));
      awaitHeard(cluster, heardByOne, heardByOther);
      assertThat(List.of(one.status(), other.status())).containsOnly(ClientStatus.CONNECTED);
    }
  }

  private static RedisOptions options(String head, List<String> uris) {
    return RedisOptions.ofYaml(
        uris.stream()
            .map(uri -> "    - \"" + uri + "\"\n")
            .collect(Collectors.joining("", head, "")));
  }

  private static MeshCluster cluster(RedisOptions redis) {
    return MeshCluster.redis(2, redis, builder -> builder, server -> {});
  }

  private static MeshClient member(MeshCluster cluster, int node) throws Exception {
    MeshClient client = cluster.client(node);
    assertThat(Outcomes.result(cluster.node(node).rooms().join(ROOM, id(client)))).isTrue();
    return client;
  }

  /** Until both nodes see them, in the room and among the connections. */
  private static void awaitMembers(MeshCluster cluster, Set<String> ids) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              for (int node = 0; node < 2; node++) {
                assertThat(cluster.node(node).health()).isEqualTo(ClusterHealth.UP);
                assertThat(Outcomes.result(cluster.node(node).rooms().memberIds(ROOM)))
                    .isEqualTo(ids);
                assertThat(Outcomes.result(cluster.node(node).connections().all()))
                    .hasSize(ids.size());
              }
            });
  }

  /** Until each has heard what a broadcast of each node said. */
  private static void awaitHeard(MeshCluster cluster, List<String> one, List<String> other) {
    Set<String> wanted = Set.of("by node 0", "by node 1");
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(
            () -> {
              for (int node = 0; node < 2; node++) {
                String said = "by node " + node;
                Outcomes.result(cluster.node(node).rooms().broadcast(ROOM, "said", said));
              }
              return new HashSet<>(one).equals(wanted) && new HashSet<>(other).equals(wanted);
            });
  }
}
