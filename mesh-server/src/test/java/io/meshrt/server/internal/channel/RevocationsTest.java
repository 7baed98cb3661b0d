// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.TestWorld;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RevocationsTest {
  /** Reaps nobody as long as a test lasts. */
  private static final LeaseOptions LENIENT =
      new LeaseOptions(Duration.ofMinutes(10), Duration.ofMinutes(1), Duration.ofMinutes(10));

  private static final LeaseOptions SHORT =
      new LeaseOptions(Duration.ofMillis(300), Duration.ofMillis(100), Duration.ofMillis(100));

  private final InMemoryTestWorld world = new InMemoryTestWorld();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void nobodyWaitsForTheReapingOfANodeWhoseLeaseHasEnded() {
    try (ChannelNode asking = new ChannelNode(world.node("n5", LENIENT))) {
      TestWorld.TestNode silent = world.node("n7", SHORT);
      Cluster cluster = asking.node().cluster();
      silent.timers().freeze();
      await().until(() -> TestWorld.get(cluster.liveNodes()).size() == 1);

      boolean revoked = TestWorld.get(asking.channels.revokeConnection("n7-1", "chat:1"));

      assertThat(revoked).isFalse();
      assertThat(TestWorld.get(cluster.rememberedNodes())).contains(silent.cluster().self());
    }
  }
}
