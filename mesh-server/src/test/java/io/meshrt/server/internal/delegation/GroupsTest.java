// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.delegation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Store.Write;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import io.meshrt.server.internal.work.WorkGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A group is seen from the first thing that is forwarded to it to the end of the last. */
class GroupsTest {
  private static final WorkGroup SHOP = new WorkGroup("shop");

  private final ManualScheduler time = new ManualScheduler();
  private final Cluster cluster =
      InMemoryCluster.guest(new InMemoryWorld(time, 7), "guest", time, Runnable::run);
  private final List<Set<String>> looks = new ArrayList<>();
  private final Groups groups =
      new Groups(cluster, time, "me", group -> (before, now) -> looks.add(now));

  @BeforeEach
  void workerRegisters() {
    cluster.start().join();
    Write worker = Write.put("w1", Version.ANY, "worker".getBytes(UTF_8), Duration.ofMinutes(5));
    cluster.store().commit(SHOP.crew(), worker).join();
  }

  @Test
  void eachGroupIsSeenOnceHoweverOftenItIsUsed() {
    Groups.Use early = groups.use(SHOP);
    boolean unseen = looks.isEmpty();
    CompletableFuture<?> known = groups.start();
    Groups.Use late = groups.use(SHOP);

    time.advance(Duration.ofSeconds(30));

    assertThat(unseen).isTrue();
    assertThat(known).isCompleted();
    assertThat(late.known).isCompleted();
    assertThat(early.earliest()).isPresent();
    assertThat(looks).hasSize(11).containsOnly(Set.of("w1"));
  }

  @Test
  void aGroupIsNotSeenAnyMoreWhenTheLastUseHasEnded() {
    CompletableFuture<?> unused = groups.start();
    Groups.Use one = groups.use(SHOP);
    Groups.Use two = groups.use(SHOP);

    one.end();
    one.end();
    time.advance(Duration.ofSeconds(3));
    int seen = looks.size();
    two.end();
    time.advance(Duration.ofSeconds(30));

    assertThat(looks).hasSize(seen + 1).endsWith(Set.of());
    assertThat(time.pending()).isZero();
    assertThat(two.earliest()).isPresent();
  }

  @Test
  void aGroupThatIsUsedAgainIsSeenAgain() {
    CompletableFuture<?> unused = groups.start();
    groups.use(SHOP).end();

    Groups.Use again = groups.use(SHOP);

    assertThat(again.known).isCompleted();
    assertThat(looks).endsWith(Set.of("w1"));
  }
}
