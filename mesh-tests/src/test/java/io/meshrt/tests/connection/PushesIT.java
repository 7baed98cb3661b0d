// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Pushes of the server, and how far away both sides think they are. */
class PushesIT {
  private static final int PUSHES = 900; // fewer than an outbox or a listener holds

  @Test
  void pushesArriveInOrderAtListenersOfTheirNameAndAtThoseOfAll() throws Exception {
    List<Integer> even = Collections.synchronizedList(new ArrayList<>());
    List<String> all = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Void> end = new CompletableFuture<>();
    CompletableFuture<Void> endOfEven = new CompletableFuture<>();
    List<Integer> expectedEven = new ArrayList<>();
    List<String> expectedAll = new ArrayList<>();
    try (MeshServer server = Local.server().build()) {
      server.start();
      try (MeshClient client = Local.connected(server)) {
        client.onMessage(
            "even",
            Integer.class,
            n -> {
              even.add(n);
              if (n == PUSHES) {
                endOfEven.complete(null);
              }
            });
        client.onAnyMessage(
            (name, payload) -> {
              all.add(name + " " + payload);
              if (payload.asInt() == PUSHES) {
                end.complete(null);
              }
            });
        Connection connection = Local.connectionOf(client, server);

        for (int n = 1; n <= PUSHES; n++) {
          String name = n % 2 == 0 ? "even" : "odd";
          assertThat(connection.send(name, n)).isTrue();
          expectedAll.add(name + " " + n);
          if (n % 2 == 0) {
            expectedEven.add(n);
          }
        }

        Outcomes.result(end);
        Outcomes.result(endOfEven);
      }
    }
    assertThat(even).isEqualTo(expectedEven);
    assertThat(all).isEqualTo(expectedAll);
  }

  @Test
  void closedListenerHearsNothingMoreAndOthersGoOn() throws Exception {
    List<Integer> closed = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Integer> open = new CompletableFuture<>();
    try (MeshServer server = Local.server().build()) {
      server.start();
      try (MeshClient client = Local.connected(server)) {
        client.onMessage("price", Integer.class, closed::add).close();
        client.onMessage("price", Integer.class, open::complete);

        Local.connectionOf(client, server).send("price", 7);

        assertThat(Outcomes.result(open)).isEqualTo(7);
        assertThat(closed).isEmpty();
      }
    }
  }

  @Test
  void nothingIsSentToClosedConnection() throws Exception {
    try (MeshServer server = Local.server().build()) {
      server.start();
      Connection connection;
      try (MeshClient client = Local.connected(server)) {
        connection = Local.connectionOf(client, server);
      }
      Local.awaitNoConnection(server);

      assertThat(connection.send("price", 7)).isFalse();
      assertThat(connection.isOpen()).isFalse();
    }
  }

  @Test
  void bothSidesLearnTheLatency() throws Exception {
    HeartbeatOptions often = HeartbeatOptions.defaults().withPingInterval(Duration.ofMillis(100));
    try (MeshServer server = Local.server().heartbeat(often.withMaxMissedPongs(300)).build()) {
      server.start();
      try (MeshClient client =
          Local.connected(Local.client(server).pingTimeout(Duration.ofSeconds(30)))) {
        Connection connection = Local.connectionOf(client, server);

        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> connection.latency().isPresent() && client.latency().isPresent());

        assertThat(connection.latency().orElseThrow()).isPositive();
        assertThat(client.latency().orElseThrow()).isGreaterThanOrEqualTo(Duration.ZERO);
      }
    }
  }
}
