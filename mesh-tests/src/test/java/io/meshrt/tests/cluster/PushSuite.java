// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.ConnectionInfo;
import io.meshrt.server.connection.Connections;
import io.meshrt.tests.harness.Outcomes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Pushes and closes to connections, identities and everyone. */
abstract class PushSuite extends ClusterSuite {
  @Override
  final void setUp(MeshServer server) {}

  private Connections connections(int node) {
    return node(node).connections();
  }

  @Test
  void pushesReachOneConnectionInOrder() throws Exception {
    MeshClient ann = client(1);
    MeshClient bob = client(0);
    List<Integer> heard = heard(ann, "count", Integer.class);
    List<Integer> others = heard(bob, "count", Integer.class);

    for (int i = 0; i < 200; i++) {
      assertThat(Outcomes.result(connections(0).send(id(ann), "count", i))).isTrue();
    }

    await().until(() -> heard.size() == 200);
    assertThat(heard).isSorted();
    assertThat(others).isEmpty();
    assertThat(Outcomes.result(connections(0).send("nobody-1", "count", 1))).isFalse();
  }

  @Test
  void pushesReachSomeOfManyNodes() throws Exception {
    List<MeshClient> clients = List.of(client(0), client(1), client(2), client(3));
    List<List<String>> heard =
        clients.stream().map(client -> heard(client, "news", String.class)).toList();
    List<String> ids = clients.stream().limit(3).map(ClusterSuite::id).toList();

    Outcomes.result(connections(1).send(ids, "news", "to some"));
    Outcomes.result(connections(1).broadcast("news", "to all", ids.get(0)));

    await().until(() -> heard.get(3).contains("to all"));
    await().until(() -> heard.get(1).size() == 2 && heard.get(2).size() == 2);
    await().until(() -> heard.get(0).contains("to some"));
    assertThat(heard.get(0)).containsExactly("to some");
    assertThat(heard.get(1)).containsExactlyInAnyOrder("to some", "to all");
    assertThat(heard.get(3)).containsExactly("to all");
  }

  @Test
  void pushesReachAllConnectionsOfAnIdentity() throws Exception {
    MeshClient one = client(0, "ann");
    MeshClient two = client(1, "ann");
    MeshClient other = client(1, "bob");
    List<String> first = heard(one, "news", String.class);
    List<String> second = heard(two, "news", String.class);
    List<String> third = heard(other, "news", String.class);

    // Hearing one's identity begins with the connection, not before it.
    await()
        .until(
            () -> {
              Outcomes.result(connections(0).sendToIdentity("ann", "news", "hello"));
              return !first.isEmpty() && !second.isEmpty();
            });
    Outcomes.result(connections(1).sendToIdentity("ann", "news", "but one", id(one)));

    await().until(() -> second.contains("but one"));
    assertThat(first).doesNotContain("but one");
    assertThat(third).isEmpty();
  }

  @Test
  void connectionsAreClosedWhereverTheyAre() throws Exception {
    MeshClient one = client(1);
    MeshClient two = client(1, "ann");
    MeshClient three = client(0, "ann");
    MeshClient four = client(0);
    Outcomes.result(connections(0).metadata(id(four)).set(Map.of("banned", true)));

    assertThat(Outcomes.result(connections(0).disconnect(id(one), 4503, "go"))).isTrue();
    await().until(() -> one.status() == ClientStatus.DISCONNECTED);
    await()
        .until(
            () -> {
              Outcomes.result(connections(0).disconnectIdentity("ann", 4503, "go"));
              return two.status() == ClientStatus.DISCONNECTED
                  && three.status() == ClientStatus.DISCONNECTED;
            });
    assertThat(four.status()).isEqualTo(ClientStatus.CONNECTED);
    Outcomes.result(
        connections(1)
            .disconnectWhere(
                metadata -> metadata != null && metadata.path("banned").asBoolean(), 4503, "go"));
    await().until(() -> four.status() == ClientStatus.DISCONNECTED);
    assertThat(Outcomes.result(connections(0).disconnect("nobody-1", 4503, "go"))).isFalse();
  }

  @Test
  void allConnectionsOfTheClusterAreListed() throws Exception {
    MeshClient ann = client(0);
    MeshClient bob = client(1);
    Outcomes.result(connections(0).metadata(id(bob)).set(Map.of("name", "Bob")));

    await()
        .until(() -> ids(Outcomes.result(connections(1).all())), Set.of(id(ann), id(bob))::equals);
    assertThat(
            ids(
                Outcomes.result(
                    connections(0).where(metadata -> metadata != null && metadata.has("name")))))
        .isEqualTo(Set.of(id(bob)));
    assertThat(ids(Outcomes.result(connections(0).where(metadata -> metadata == null))))
        .isEqualTo(Set.of(id(ann)));

    String gone = id(bob);
    bob.close();

    await().until(() -> ids(Outcomes.result(connections(0).all())), found -> !found.contains(gone));
  }

  @Test
  void whatCannotBeSentIsSaidAtOnce() throws Exception {
    MeshClient ann = client(0);

    assertThatThrownBy(() -> Outcomes.result(connections(0).send(id(ann), "mesh/x", 1)))
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Outcomes.result(connections(0).broadcast("n", new Object())))
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> Outcomes.result(connections(0).broadcast("n", "x".repeat(2 * 1024 * 1024))))
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bytes");
    assertThatThrownBy(() -> Outcomes.result(connections(0).disconnect(id(ann), 1006, "x")))
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  private static Set<String> ids(List<ConnectionInfo> connections) {
    return connections.stream().map(ConnectionInfo::id).collect(Collectors.toSet());
  }
}
