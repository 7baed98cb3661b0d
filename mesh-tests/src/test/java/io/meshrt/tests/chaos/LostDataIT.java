// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.testkit.history.Verdict;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Redis loses what it had acknowledged: each loss lies within a gap, told once to each follower.
 */
@Tag("full")
class LostDataIT {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int NODES = FULL ? 3 : 2;
  private static final int CHANNELS = FULL ? 20 : 3;
  private static final int CLIENTS = FULL ? 200 : 12;
  private static final int MORE_ROUNDS = FULL ? 5 : 0;
  private static final int ENDLESS = 10_000_000;

  /** Messages of each publisher around a loss, and messages that are lost. */
  private static final int SOME = FULL ? 20 : 5;

  private final RedisPair redis = new RedisPair();

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  @Timeout(570)
  void everyLossLiesWithinAGapThatIsToldOnce() throws Exception {
    Random random = new Random(Long.getLong("mesh.seed", 4));
    try (ChaosWorld world = new ChaosWorld(random, redis.current(), NODES, CHANNELS, CLIENTS)) {
      world.publish(ENDLESS, false);
      world.settle(follower -> true);
      survive(world, true, () -> killBeforeTheFileIsOnTheDisk(world));
      for (int round = 0; round < MORE_ROUNDS; round++) {
        survive(world, true, () -> wipe(world));
        survive(world, false, () -> killWithTheFileOnTheDisk(world));
        survive(world, true, () -> killBeforeTheFileIsOnTheDisk(world));
        survive(world, true, () -> promoteReplicaThatLags(world));
      }
      world.stopPublishing();
      world.settle(follower -> true);

      Verdict verdict = world.log.check().requireClean();

      long losses = 1 + 3L * MORE_ROUNDS;
      assertThat(verdict.gaps()).isGreaterThanOrEqualTo(losses * world.followers());
    }
  }

  /**
   * Lets something happen while all publish, and waits until that is over for every follower.
   *
   * @param loses whether it makes each channel lose something, so that each takes another epoch
   */
  private static void survive(ChaosWorld world, boolean loses, Runnable incident) {
    world.awaitMoreFromEach(SOME);
    Map<String, String> epochs = new HashMap<>();
    world.channels.forEach(channel -> epochs.put(channel, world.epoch(channel)));

    incident.run();

    world.awaitMoreFromEach(SOME);
    world.settle(follower -> !loses || !follower.epoch().equals(epochs.get(follower.channel())));
  }

  private void killBeforeTheFileIsOnTheDisk(ChaosWorld world) {
    long written = redis.written();
    world.awaitMoreFromEach(SOME);
    world.log.incident();
    redis.forget(written);
  }

  private void killWithTheFileOnTheDisk(ChaosWorld world) {
    world.log.incident();
    redis.current().kill();
    redis.current().start();
  }

  private void wipe(ChaosWorld world) {
    world.log.incident();
    redis.wipe();
  }

  private void promoteReplicaThatLags(ChaosWorld world) {
    redis.replicate();
    world.awaitMoreFromEach(1);
    redis.lag();
    world.awaitMoreFromEach(SOME);
    world.log.incident();
    redis.promote();
    world.nodes.forEach(node -> node.moveTo(redis.current().port()));
  }
}
