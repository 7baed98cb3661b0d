// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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

/** What channels send to Redis, counted on its way. Nodes look after themselves meanwhile. */
class ChannelRequestCountIT {
  private static final int CLIENTS = Boolean.getBoolean("mesh.full") ? 1_000 : 300;
  private static final int HISTORY = 300;
  private static final int MAX_READS = 20;
  private static final int REPEATS = 200;
  private static final double OWN_BUSINESS = 0.5;

  private final List<V1Socket> sockets = new ArrayList<>();
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
            server -> server.exposeChannel("news"));
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
  void publishingIsOneRequestWithAndWithoutHistory() throws Exception {
    V1Socket subscriber = open(1);
    subscribe(subscriber, 0);
    subscriber.next();

    assertThat(requestsFor(() -> cluster.node(0).publishToChannel("plain", "hello")))
        .isBetween(1.0, 1.0 + OWN_BUSINESS);
    assertThat(requestsFor(() -> cluster.node(0).publishToChannel("news", "hello")))
        .isBetween(1.0, 1.0 + OWN_BUSINESS);
    assertThat(requestsFor(() -> cluster.node(0).publishToChannel("news", "hello", 100)))
        .isBetween(1.0, 1.0 + OWN_BUSINESS);
  }

  @Test
  void manyWhoSubscribeAtOnceShareTheirReads() throws Exception {
    for (int i = 1; i <= HISTORY; i++) {
      Outcomes.result(cluster.node(0).publishToChannel("news", "m" + i, HISTORY));
    }
    for (int i = 0; i < CLIENTS; i++) {
      open(i);
    }
    proxy.forget();

    for (V1Socket socket : sockets) {
      subscribe(socket, HISTORY);
    }

    for (V1Socket socket : sockets) {
      JsonNode reply = socket.next().get("payload");
      assertThat(reply.get("history")).hasSize(HISTORY);
      assertThat(reply.get("offset").asLong()).isEqualTo(HISTORY);
    }
    // Every read is a script; so is what nodes do of themselves meanwhile.
    assertThat(proxy.requests().getOrDefault("EVALSHA", 0L)).isBetween(3L, (long) MAX_READS);
  }

  private V1Socket open(int node) throws Exception {
    V1Socket socket = V1Socket.open(cluster.node(node).port());
    sockets.add(socket);
    return socket;
  }

  private static void subscribe(V1Socket socket, int limit) throws Exception {
    socket.send(1, "mesh/subscribe-channel", Map.of("channel", "news", "historyLimit", limit));
  }

  /** Requests for each call, what the nodes do of themselves included. */
  private double requestsFor(Callable<CompletableFuture<?>> call) throws Exception {
    Outcomes.result(call.call());
    proxy.forget();
    for (int i = 0; i < REPEATS; i++) {
      Outcomes.result(call.call());
    }
    return proxy.requests().values().stream().mapToLong(count -> count).sum() / (double) REPEATS;
  }
}
