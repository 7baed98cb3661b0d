// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.faults.RedisServer;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.ClusterOptions;
import io.meshrt.server.RedisOptions;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes to Redis, counted on its way. Nodes look after themselves meanwhile, a little. */
class RequestCountIT {
  private static final int MEMBERS = Boolean.getBoolean("mesh.full") ? 1_000 : 120;
  private static final int REPEATS = 200;

  /** Renewals, probes and looks of three nodes, for each repeat, on a machine that is slow. */
  private static final double OWN_BUSINESS = 0.5;

  private final List<V1Socket> sockets = new ArrayList<>();
  private final List<String> ids = new ArrayList<>();
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
            3,
            RedisOptions.of("redis://127.0.0.1:" + proxy.port()),
            builder -> builder.cluster(new ClusterOptions(Duration.ofMinutes(5), seldom, seldom)),
            server -> server.exposeRoom("lobby"));
    for (int i = 0; i < MEMBERS; i++) {
      V1Socket socket = V1Socket.open(cluster.node(i).port());
      sockets.add(socket);
      ids.add(socket.welcome().get("connectionId").asText());
    }
    List<CompletableFuture<Boolean>> joins = new ArrayList<>();
    for (int i = 0; i < MEMBERS; i++) {
      joins.add(cluster.node(i).rooms().join("lobby", ids.get(i)));
    }
    for (CompletableFuture<Boolean> join : joins) {
      Outcomes.result(join);
    }
  }

  @AfterEach
  void close() throws Exception {
    for (V1Socket socket : sockets) {
      socket.close();
    }
    cluster.close();
    proxy.close();
    redis.close();
  }

  @Test
  void broadcastsAndPushesAreOneRequestAndMemberListsSeventeen() throws Exception {
    assertThat(
            requestsFor(() -> cluster.node(0).rooms().broadcast("lobby", "news", "to everybody")))
        .isBetween(1.0, 1.0 + OWN_BUSINESS);
    assertThat(requestsFor(() -> cluster.node(0).connections().send(ids.get(1), "news", "to one")))
        .isBetween(1.0, 1.0 + OWN_BUSINESS);
    assertThat(requestsFor(() -> cluster.node(0).connections().broadcast("news", "to all")))
        .isBetween(1.0, 1.0 + OWN_BUSINESS);
    assertThat(Outcomes.result(cluster.node(2).rooms().members("lobby"))).hasSize(MEMBERS);
    assertThat(requestsFor(() -> cluster.node(2).rooms().members("lobby")))
        .isBetween(2.0, 17.0 + OWN_BUSINESS);
  }

  /** Requests for each call, what the nodes do of themselves included. */
  private double requestsFor(Callable<CompletableFuture<?>> call) throws Exception {
    Outcomes.result(call.call());
    proxy.forget();
    for (int i = 0; i < REPEATS; i++) {
      Outcomes.result(call.call());
    }
    Map<String, Long> counted = proxy.requests();
    return counted.values().stream().mapToLong(count -> count).sum() / (double) REPEATS;
  }
}
