// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import io.meshrt.client.MeshClient;
import io.meshrt.faults.RedisServer;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.RedisOptions;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A firewall forgets the connections to Redis: nobody says so, and nothing arrives any more. */
class StrandedLinksIT {
  @Test
  void linksThatWentSilentAreReplaced() throws Exception {
    try (RedisServer redis = RedisServer.started();
        TcpProxy proxy = TcpProxy.to(redis.port());
        MeshCluster cluster =
            MeshCluster.redis(
                2,
                RedisOptions.of("redis://127.0.0.1:" + proxy.port()),
                builder -> builder,
                server -> {});
        MeshClient client = cluster.client(1)) {
      AtomicInteger heard = new AtomicInteger();
      client.onMessage("news", String.class, text -> heard.incrementAndGet());
      String id = client.connectionId().orElseThrow();
      Outcomes.result(cluster.node(0).rooms().join("lobby", id));

      proxy.strand();

      Awaitility.await()
          .atMost(Duration.ofSeconds(90))
          .ignoreExceptions()
          .until(
              () -> {
                Outcomes.result(cluster.node(0).rooms().broadcast("lobby", "news", "again"));
                return heard.get() > 0;
              });
    }
  }
}
