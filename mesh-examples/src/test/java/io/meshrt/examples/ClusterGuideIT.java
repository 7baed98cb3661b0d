// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.Connection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The snippets of the pages about rooms, presence and clusters do what the pages say. */
class ClusterGuideIT {
  @Test
  void twoNodesTalk() {
    TwoNodes.main(new String[0]);
  }

  @Test
  void roomsPresenceAndPushesWork() throws Exception {
    try (MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build()) {
      ClusterGuide.exposeRooms(server);
      ClusterGuide.trackPresence(server);
      server.start();
      try (MeshClient client = MeshClient.builder("ws://127.0.0.1:" + server.port()).build()) {
        client.connect().get(30, TimeUnit.SECONDS);
        String id = client.connectionId().orElseThrow();
        Connection connection = server.connections().find(id).orElseThrow();

        assertThat(ClusterGuide.useRoom(server, connection).get(30, TimeUnit.SECONDS))
            .isEqualTo(Set.of(id));
        ClusterGuide.reachOthers(server, List.of(id)).get(30, TimeUnit.SECONDS);
        assertThat(client.rooms().metadata("lobby").get().get(30, TimeUnit.SECONDS)).isPresent();
        assertThat((List<?>) ClusterGuide.usePresence(server, id).get(30, TimeUnit.SECONDS))
            .hasSize(1);
      }
    }
  }

  @Test
  void redisIsConfigured() {
    try (MeshServer server = ClusterGuide.oneOfMany("redis://localhost").build()) {
      assertThat(server.health()).isNotNull();
    }
  }
}
