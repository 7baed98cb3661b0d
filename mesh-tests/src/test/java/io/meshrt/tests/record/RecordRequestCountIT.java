// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.faults.RedisServer;
import io.meshrt.faults.TcpProxy;
import io.meshrt.faults.TcpProxy.Direction;
import io.meshrt.server.ClusterOptions;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What writing records costs, counted on the way to Redis. */
class RecordRequestCountIT {
  private static final int REPEATS = 200;

  /** Renewals, probes and looks of two nodes, for each repeat, on a machine that is slow. */
  private static final double OWN_BUSINESS = 0.5;

  private static final int LARGE = 60_000;
  private static final int UPDATES = 50;

  private RedisServer redis;
  private TcpProxy proxy;
  private MeshCluster cluster;

  @BeforeEach
  void start() throws Exception {
    redis = RedisServer.started();
    proxy = TcpProxy.to(redis.port());
    Duration seldom = Duration.ofMinutes(2);
    cluster =
        MeshCluster.redis(
            2,
            RedisOptions.of("redis://127.0.0.1:" + proxy.port()),
            builder -> builder.cluster(new ClusterOptions(Duration.ofMinutes(5), seldom, seldom)),
            server -> server.exposeRecord("r"));
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
    proxy.close();
    redis.close();
  }

  @Test
  void nodeThatWroteLastAsksOnceAndAnotherTwiceAtMost() throws Exception {
    assertThat(requestsFor(i -> write(0, i))).isBetween(1.0, 1.0 + OWN_BUSINESS);
    assertThat(requestsFor(i -> write(Math.floorMod(i, 2), i + 1_000)))
        .isBetween(1.0, 2.0 + OWN_BUSINESS);
    assertThat(requestsFor(i -> write(0, 7)))
        .as("nothing changes")
        .isBetween(1.0, 1.0 + OWN_BUSINESS);
  }

  @Test
  void nodesHearPatchesOfLargeRecords() throws Exception {
    Map<String, Object> large = new HashMap<>(Map.of("text", "x".repeat(LARGE)));
    Outcomes.result(cluster.node(0).publishRecordUpdate("r", large));
    try (V1Socket follower = V1Socket.open(cluster.node(1).port())) {
      follower.send(1, "mesh/subscribe-record", Map.of("recordId", "r", "mode", "patch"));
      assertThat(follower.next().at("/payload/record/text").asText()).hasSize(LARGE);
      proxy.forget();

      for (int i = 1; i <= UPDATES; i++) {
        large.put("count", i);
        Outcomes.result(cluster.node(0).publishRecordUpdate("r", large));
        assertThat(follower.next().at("/payload/patch/0/value").asInt()).isEqualTo(i);
      }
    }

    assertThat(proxy.bytes(Direction.TO_SERVER)).isGreaterThan((long) UPDATES * LARGE);
    assertThat(proxy.bytes(Direction.TO_CLIENT)).isLessThan((long) UPDATES * LARGE / 20);
  }

  private CompletableFuture<RecordVersion> write(int node, int value) {
    return cluster.node(node).publishRecordUpdate("r", Map.of("value", value));
  }

  /** Requests for each call, what the nodes do of themselves included. */
  private double requestsFor(IntFunction<CompletableFuture<?>> call) throws Exception {
    Outcomes.result(call.apply(-1));
    proxy.forget();
    for (int i = 0; i < REPEATS; i++) {
      Outcomes.result(call.apply(i));
    }
    Map<String, Long> counted = proxy.requests();
    return counted.values().stream().mapToLong(count -> count).sum() / (double) REPEATS;
  }
}
