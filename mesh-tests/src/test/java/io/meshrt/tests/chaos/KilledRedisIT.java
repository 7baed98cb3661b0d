// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.faults.RedisServer;
import io.meshrt.testkit.history.Verdict;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Redis that forgets nothing is killed again and again, links are cut, nodes die. */
@Tag("full")
class KilledRedisIT {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int NODES = FULL ? 3 : 2;
  private static final int CHANNELS = FULL ? 20 : 3;
  private static final int CLIENTS = FULL ? 200 : 12;
  private static final int MESSAGES = FULL ? 100_000 : 600;
  private static final int KILLS = FULL ? 20 : 1;

  private final Random random = new Random(Long.getLong("mesh.seed", 4));

  @Test
  @Timeout(570)
  void nothingAcknowledgedIsLostDoubledOrReordered() throws Exception {
    try (RedisServer redis = RedisServer.started("appendonly", "yes", "appendfsync", "always");
        ChaosWorld world = new ChaosWorld(random, redis, NODES, CHANNELS, CLIENTS)) {
      world.publish(MESSAGES, true);
      for (int kill = 1; kill <= KILLS; kill++) {
        long share = MESSAGES / (KILLS + 1L);
        world.awaitAcknowledged(share * kill - share / 2);
        disturb(world, kill);
        world.awaitAcknowledged(share * kill);
        killRedis(redis, world);
      }
      world.awaitPublished();
      world.settle(follower -> true);

      Verdict verdict = world.log.check().requireClean();

      assertThat(verdict.acknowledged()).isGreaterThanOrEqualTo(MESSAGES);
      assertThat(verdict.gaps()).isZero();
      assertThat(world.failures).hasPositiveValue();
    }
  }

  /** Sometimes it is back before anybody has noticed. */
  private void killRedis(RedisServer redis, ChaosWorld world) {
    long before = world.failures.get();
    redis.kill();
    if (random.nextBoolean() || !FULL) {
      await().atMost(ChaosWorld.PATIENCE).until(() -> world.failures.get() > before);
    }
    redis.start();
  }

  private void disturb(ChaosWorld world, int number) {
    int victim = random.nextInt(world.nodes.size());
    ChaosNode node = world.nodes.get(victim);
    switch (number % 3) {
      case 0 -> {
        node.kill(world.nodes.get((victim + 1) % world.nodes.size()));
        world.awaitMoreFromEach(1);
        node.restart();
      }
      case 1 -> node.cutClients();
      default -> node.cutRedis();
    }
  }
}
