// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.faults.SharedRedis;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.worker.ConnectionEvent;
import io.meshrt.server.worker.MeshWorker;
import io.meshrt.testkit.ChildNode;
import io.meshrt.tests.harness.V1Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections of a server that dies end for workers too: each once. */
class KilledServersIT {
  private static final int CLIENTS = 20;

  private final String prefix = "dead" + Long.toHexString(ThreadLocalRandom.current().nextLong());
  private final Map<String, List<String>> told = new ConcurrentHashMap<>();

  private void tell(ConnectionEvent event, String what) {
    told.computeIfAbsent(event.client().connectionId(), key -> new CopyOnWriteArrayList<>())
        .add(what + " " + event.code());
  }

  @Test
  @Timeout(120)
  void survivorsTellOfTheEndsOnce() throws Exception {
    RedisOptions redis = RedisOptions.of(SharedRedis.uri()).withPrefix(prefix);
    try (MeshServer one = ServerProgram.server(SharedRedis.uri(), prefix);
        MeshServer two = ServerProgram.server(SharedRedis.uri(), prefix);
        ChildNode victim = ChildNode.start(ServerProgram.class, SharedRedis.uri(), prefix);
        MeshWorker worker =
            MeshWorker.builder(redis)
                .group("shop")
                .onConnected(event -> tell(event, "connected"))
                .onDisconnected(event -> tell(event, "disconnected"))
                .start()) {
      one.start();
      two.start();
      Set<String> ids = new TreeSet<>();
      for (int i = 0; i < CLIENTS; i++) {
        ids.add(V1Socket.open(victim.port()).welcome().get("connectionId").asText());
      }
      await().until(() -> told.keySet().equals(ids));

      victim.kill();

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> told.values().stream().allMatch(events -> events.size() > 1));
      assertThat(worker.id()).isNotEmpty();
    }
    assertThat(told.values())
        .allSatisfy(
            events -> assertThat(events).containsExactly("connected 0", "disconnected 1006"));
  }
}
