// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.presence.PresenceEvent;
import io.meshrt.faults.SharedRedis;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.presence.PresenceOptions;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.harness.Outcomes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two deployments share one Redis and nothing else, whatever has the same name in both. */
class SeparateDeploymentsIT {
  private Deployed red;
  private Deployed blue;

  /** A deployment of one node, and a client in its room that writes down what it hears. */
  private record Deployed(
      MeshCluster cluster, MeshClient client, List<String> heard, List<PresenceEvent> presence)
      implements AutoCloseable {
    static Deployed start(String prefix) throws Exception {
      MeshCluster cluster =
          MeshCluster.redis(
              1,
              RedisOptions.of(SharedRedis.uri()).withPrefix(prefix),
              builder -> builder,
              server -> {
                server.exposeRoom("lobby");
                server.trackPresence(Pattern.compile("lobby"), PresenceOptions.defaults());
              });
      MeshClient client = cluster.client(0);
      List<String> heard = new CopyOnWriteArrayList<>();
      client.onMessage("news", String.class, heard::add);
      List<PresenceEvent> presence = new CopyOnWriteArrayList<>();
      Outcomes.result(client.presence().subscribe("lobby", presence::add));
      await().until(() -> !presence.isEmpty());
      return new Deployed(cluster, client, heard, presence);
    }

    MeshServer server() {
      return cluster.node(0);
    }

    String id() {
      return client.connectionId().orElseThrow();
    }

    @Override
    public void close() {
      cluster.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    red = Deployed.start("red");
    blue = Deployed.start("blue");
  }

  @AfterEach
  void close() {
    red.close();
    blue.close();
  }

  @Test
  void nothingOfOneIsSeenByTheOther() throws Exception {
    Outcomes.result(red.client().rooms().join("lobby"));
    Outcomes.result(red.server().rooms().metadata("lobby").set("red"));
    await().until(() -> red.presence().size() > 1);
    Outcomes.result(red.server().rooms().broadcast("lobby", "news", "to the room"));
    Outcomes.result(red.server().connections().broadcast("news", "to all"));
    await().until(() -> red.heard().size() == 2);

    assertThat(Outcomes.result(blue.server().rooms().memberIds("lobby"))).isEmpty();
    assertThat(Outcomes.result(blue.server().rooms().list())).isEmpty();
    assertThat(Outcomes.result(blue.server().rooms().metadata("lobby").get())).isEmpty();
    assertThat(Outcomes.result(blue.server().connections().all())).hasSize(1);
    assertThat(Outcomes.result(blue.server().connections().send(red.id(), "news", "lost")))
        .isFalse();
    assertThat(Outcomes.result(blue.server().connections().disconnect(red.id(), 4000, "")))
        .isFalse();

    // What comes last on blue comes behind all that could have come before.
    Outcomes.result(blue.server().connections().broadcast("news", "blue"));
    await().until(() -> blue.heard().contains("blue"));
    assertThat(blue.heard()).containsExactly("blue");
    assertThat(blue.presence()).hasSize(1);
    assertThat(red.heard()).containsExactlyInAnyOrder("to the room", "to all");
  }
}
