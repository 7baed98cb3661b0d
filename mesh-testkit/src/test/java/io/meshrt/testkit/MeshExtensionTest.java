// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.ClusterHealth;
import io.meshrt.server.ManualClock;
import io.meshrt.server.MeshServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MeshExtensionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static void tellAll(MeshServer server) {
    server.registerCommand("tell", context -> tell(server, context.payload(String.class)));
  }

  private static CompletionStage<Void> tell(MeshServer server, @Nullable String text) {
    return server.connections().broadcast("told", text);
  }

  private static void assertNodesMeet(MeshExtension mesh) throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    mesh.client(1).onMessage("told", String.class, heard::add);

    mesh.client(0).command("tell", "hello", Void.class).get(30, TimeUnit.SECONDS);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).containsExactly("hello"));
  }

  /** Nodes that Redis has come back to: a broadcast misses who does not listen again yet. */
  private static void assertNodesMeetAgain(MeshExtension mesh) throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    mesh.client(1).onMessage("told", String.class, heard::add);
    MeshClient teller = mesh.client(0);

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              teller.command("tell", "hello", Void.class).get(30, TimeUnit.SECONDS);
              assertThat(heard).isNotEmpty();
            });
  }

  @Nested
  class InMemory {
    @RegisterExtension
    final MeshExtension mesh = MeshExtension.nodes(2).setUp(MeshExtensionTest::tellAll);

    @Test
    void nodesAreOneServer() throws Exception {
      assertThat(mesh.nodes()).hasSize(2);
      assertNodesMeet(mesh);
    }

    @Test
    void whatWasNotAskedForIsNotThere() {
      assertThatThrownBy(() -> mesh.link(0)).hasMessageContaining("faults()");
    }
  }

  @Nested
  class WithFaults {
    @RegisterExtension
    final MeshExtension mesh = MeshExtension.nodes(2).faults().setUp(MeshExtensionTest::tellAll);

    @Test
    void clientsGoThroughTheLinkOfTheirNode() throws Exception {
      assertNodesMeet(mesh);

      assertThat(mesh.link(0).attempts()).hasSize(1);
      assertThat(mesh.link(1).attempts()).hasSize(1);
    }

    @Test
    void clientsOfARefusedLinkAreCutOffAlone() throws Exception {
      MeshClient one = mesh.client(0);
      MeshClient other =
          mesh.client(
              1, options -> options.reconnect(ReconnectPolicy.fixed(Duration.ofMillis(20))));

      mesh.link(1).refuse();
      await().atMost(PATIENCE).until(() -> other.status() == ClientStatus.RECONNECTING);
      assertThat(one.status()).isEqualTo(ClientStatus.CONNECTED);
      mesh.link(1).heal();

      await().atMost(PATIENCE).until(() -> other.status() == ClientStatus.CONNECTED);
    }

    @Test
    void thereIsNoRedis() {
      assertThatThrownBy(() -> mesh.redisLink(0)).hasMessageContaining("redis()");
      assertThatThrownBy(mesh::redisServer).hasMessageContaining("redis()");
    }
  }

  @Nested
  class OnRedis {
    @RegisterExtension
    final MeshExtension mesh = MeshExtension.nodes(2).redis().setUp(MeshExtensionTest::tellAll);

    @Test
    void nodesAreOneServer() throws Exception {
      assertNodesMeet(mesh);
    }
  }

  @Nested
  class OnARedisOfItsOwn {
    @RegisterExtension
    final MeshExtension mesh =
        MeshExtension.nodes(2).redis().faults().setUp(MeshExtensionTest::tellAll);

    @Test
    void oneNodeLosesRedisAlone() throws Exception {
      mesh.redisLink(0).freeze(TcpProxy.Direction.TO_CLIENT);
      await().atMost(PATIENCE).until(() -> mesh.node(0).health() == ClusterHealth.DOWN);
      await().atMost(PATIENCE).until(() -> mesh.node(1).health() == ClusterHealth.UP);

      mesh.redisLink(0).heal();

      await().atMost(PATIENCE).until(() -> mesh.node(0).health() == ClusterHealth.UP);
      assertNodesMeetAgain(mesh);
    }

    @Test
    void allNodesLoseAKilledRedis() throws Exception {
      mesh.redisServer().kill();
      await()
          .atMost(PATIENCE)
          .until(() -> mesh.nodes().stream().allMatch(node -> node.health() == ClusterHealth.DOWN));

      mesh.redisServer().start();

      await()
          .atMost(PATIENCE)
          .until(() -> mesh.nodes().stream().allMatch(node -> node.health() == ClusterHealth.UP));
      assertNodesMeetAgain(mesh);
    }
  }

  @Nested
  class WithAClock {
    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T08:00:00Z"));

    @RegisterExtension
    final MeshExtension mesh =
        MeshExtension.nodes(2).clock(clock).setUp(MeshExtensionTest::tellAll);

    @Test
    void hoursPassAtOnceAndNobodyCountsAsDead() throws Exception {
      MeshClient one = mesh.client(0);
      MeshClient other = mesh.client(1);

      clock.advance(Duration.ofHours(3));

      assertThat(clock.instant()).isEqualTo("2026-01-01T11:00:00Z");
      assertThat(mesh.node(0).connections().all().get(30, TimeUnit.SECONDS)).hasSize(2);
      assertThat(List.of(one.status(), other.status())).containsOnly(ClientStatus.CONNECTED);
      assertNodesMeet(mesh);
    }
  }

  @Nested
  class InAnInstanceField {
    private static final Set<MeshServer> SEEN = ConcurrentHashMap.newKeySet();

    @RegisterExtension final MeshExtension mesh = MeshExtension.nodes(1);

    @RepeatedTest(2)
    void eachTestHasAClusterOfItsOwn() {
      assertThat(SEEN.add(mesh.node(0))).isTrue();
    }
  }

  @Nested
  class InAStaticField {
    private static final Set<MeshServer> SEEN = ConcurrentHashMap.newKeySet();

    @RegisterExtension static final MeshExtension MESH = MeshExtension.nodes(1);

    @RepeatedTest(2)
    void allTestsShareOneCluster() throws Exception {
      SEEN.add(MESH.node(0));

      assertThat(SEEN).hasSize(1);
      assertThat(MESH.client(0).status()).isEqualTo(ClientStatus.CONNECTED);
    }

    @Nested
    class AndItsNestedClass {
      @Test
      void sharesIt() {
        SEEN.add(MESH.node(0));

        assertThat(SEEN).hasSize(1);
      }
    }
  }

  @Test
  void redisAndAManualClockDoNotGoTogether() {
    MeshExtension mesh = MeshExtension.nodes(1).redis();

    assertThatThrownBy(() -> mesh.clock(new ManualClock(Instant.EPOCH)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void nothingRunsOutsideATest() {
    assertThatThrownBy(() -> MeshExtension.nodes(1).nodes())
        .hasMessageContaining("@RegisterExtension");
  }

  @Test
  void clusterHasANode() {
    assertThatThrownBy(() -> MeshExtension.nodes(0)).hasMessage("nodes: 0");
  }
}
