// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.server.InMemoryNetwork;
import io.meshrt.server.ManualClock;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.room.PersistentRoomOptions;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.cluster.Deployment;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Memberships are remembered as long as somebody comes back in time. */
class ExpiryIT {
  private final ManualClock clock = new ManualClock(Instant.parse("2030-01-01T00:00:00Z"));

  @Test
  void whoStaysAwayTooLongIsForgotten() throws Exception {
    try (MeshCluster cluster = start(Duration.ofSeconds(60))) {
      String token = join(cluster);
      for (int visit = 0; visit < 3; visit++) {
        clock.advance(Duration.ofSeconds(58));
        assertThat(visit(cluster, token)).isTrue();
      }
      clock.advance(Duration.ofSeconds(91));

      assertThat(visit(cluster, token)).isFalse();
    }
  }

  @Test
  void zeroIsForEver() throws Exception {
    try (MeshCluster cluster = start(Duration.ZERO)) {
      String token = join(cluster);
      clock.advance(Duration.ofMinutes(10));

      assertThat(visit(cluster, token)).isTrue();
    }
  }

  @Test
  void redisForgetsWhatNobodyHasComeBackFor() throws Exception {
    Duration second = Duration.ofSeconds(1);
    try (MeshCluster cluster =
        Deployment.redis(2).start(builder -> options(builder, second), ExpiryIT::setUp)) {
      Outcomes.result(cluster.node(0).rooms().addMember("r1", "ann"));

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> Outcomes.result(cluster.node(1).rooms().roomsOfIdentity("ann")).isEmpty());
      assertThat(Outcomes.result(cluster.node(1).rooms().addMember("r1", "ann"))).isTrue();
    }
  }

  private MeshCluster start(Duration expireAfter) {
    return MeshCluster.inMemory(
        2, new InMemoryNetwork(clock), builder -> options(builder, expireAfter), ExpiryIT::setUp);
  }

  private static MeshServerBuilder options(MeshServerBuilder builder, Duration expireAfter) {
    return builder.persistentRooms(PersistentRoomOptions.defaults().withExpireAfter(expireAfter));
  }

  private static void setUp(MeshServer server) {
    server.persistentRooms(Pattern.compile("r.*"));
    server.exposeRoom(Pattern.compile("r.*"));
  }

  private static String join(MeshCluster cluster) throws Exception {
    String token;
    try (MeshClient client = cluster.client(0)) {
      Outcomes.result(client.rooms().joinPersistent("r1"));
      token = client.rooms().token().orElseThrow();
    }
    awaitNobody(cluster);
    return token;
  }

  /** Whether it is a member again. */
  private static boolean visit(MeshCluster cluster, String token) throws Exception {
    boolean member;
    try (MeshClient client = cluster.client(1, builder -> builder.roomToken(token))) {
      member = client.rooms().persistent().contains("r1");
    }
    awaitNobody(cluster);
    return member;
  }

  /** Until the nodes know that the client has gone: a connection renews what is remembered. */
  private static void awaitNobody(MeshCluster cluster) {
    await()
        .until(
            () ->
                Outcomes.result(cluster.node(0).connections().all()).isEmpty()
                    && Outcomes.result(cluster.node(0).rooms().memberIds("r1")).isEmpty());
  }
}
