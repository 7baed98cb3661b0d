// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.fakes.ManualExecutor;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A group has one time, which is known with an error on the safe side. */
class ClusterClockTest {
  private static final WorkGroup SHOP = new WorkGroup("shop");

  private final ManualScheduler time = new ManualScheduler();
  private final ManualExecutor delivery = new ManualExecutor();
  private final Cluster cluster =
      InMemoryCluster.guest(new InMemoryWorld(time, 7), "guest", time, delivery);

  @Test
  void allWhoAskForAGroupAskWhereItsWorkersAreRegistered() {
    assertThat(SHOP.clock("n1").name()).isEqualTo(SHOP.crew().name());
    assertThat(SHOP.clock("w7").name()).isEqualTo(SHOP.crew().name());
    assertThat(SHOP.clock("n1")).isNotEqualTo(SHOP.clock("w7"));
    assertThat(SHOP.clock("n1")).isNotEqualTo(SHOP.clock("n1 "));
  }

  @Test
  void whatItSaysLiesAroundTheTimeUntilItIsClosedAndAfter() {
    cluster.start().join();
    ClusterClock clock = new ClusterClock(cluster, time, SHOP, "n1");

    CompletableFuture<?> known = clock.start();
    boolean unknown = clock.earliest().isEmpty() && clock.latest().isEmpty() && !known.isDone();
    time.advance(Duration.ofMillis(30));
    delivery.runAll();
    clock.close();
    time.advance(Duration.ofSeconds(7));

    assertThat(unknown).isTrue();
    assertThat(known).isCompleted();
    assertThat(clock.earliest().orElseThrow()).isEqualTo(time.currentTimeMillis() - 30);
    assertThat(clock.latest().orElseThrow()).isEqualTo(time.currentTimeMillis() + 1);
    assertThat(time.pending()).isZero();
  }
}
