// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.faults.RedisServer;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.RedisOptions.Startup;
import io.meshrt.server.mesa.MesaBridgeOptions;
import io.meshrt.tests.harness.OldDispatcher;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server that says it is ready hears what is for its clients. */
class ReadinessIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static MeshServer server(RedisOptions redis, String namespace) {
    return MeshServer.builder()
        .host("127.0.0.1")
        .port(0)
        .redis(redis)
        .mesaBridge(MesaBridgeOptions.defaults().withNamespace(namespace))
        .build();
  }

  private static MeshClient client(MeshServer server) throws Exception {
    MeshClient client = MeshClient.builder("ws://127.0.0.1:" + server.port()).build();
    client.connect().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return client;
  }

  private static List<String> news(MeshClient client) {
    List<String> heard = new CopyOnWriteArrayList<>();
    client.onMessage("news", String.class, heard::add);
    return heard;
  }

  @Test
  void whatIsSentAtTheMomentOfReadinessIsHeard() throws Exception {
    try (RedisServer redis = RedisServer.started()) {
      redis.kill();
      RedisOptions options = RedisOptions.of(redis.uri()).withStartup(Startup.BACKGROUND);
      try (MeshServer early = server(options, "one")) {
        early.start();
        boolean deaf = early.isReady();
        try (MeshClient client = client(early)) {
          List<String> heard = news(client);
          redis.start();
          try (MeshServer other = server(RedisOptions.of(redis.uri()), "one");
              OldDispatcher dispatcher = new OldDispatcher(redis.uri(), "ws_one")) {
            other.start();
            await().atMost(PATIENCE).until(early::isReady);

            long bridges = dispatcher.publish("{}");
            Outcomes.result(other.connections().broadcast("news", "one"));
            Outcomes.result(
                other.connections().send(client.connectionId().orElseThrow(), "news", "two"));

            await().atMost(PATIENCE).until(() -> heard.size() == 2);
            assertThat(heard).containsExactlyInAnyOrder("one", "two");
            assertThat(bridges).isEqualTo(2);
            assertThat(deaf).isFalse();
          }
        }
      }
    }
  }

  @Test
  void whoeverHasStartedHears() throws Exception {
    try (RedisServer redis = RedisServer.started();
        MeshServer first = server(RedisOptions.of(redis.uri()), "first")) {
      first.start();
      for (int i = 0; i < 5; i++) {
        try (MeshServer next = server(RedisOptions.of(redis.uri()), "next" + i);
            OldDispatcher dispatcher = new OldDispatcher(redis.uri(), "ws_next" + i)) {
          next.start();
          assertThat(dispatcher.publish("{}")).isEqualTo(1);
          assertThat(next.isReady()).isTrue();
          try (MeshClient client = client(next)) {
            List<String> heard = news(client);

            Outcomes.result(first.connections().broadcast("news", "one"));

            await().atMost(PATIENCE).until(() -> heard.contains("one"));
          }
        }
      }
    }
  }
}
