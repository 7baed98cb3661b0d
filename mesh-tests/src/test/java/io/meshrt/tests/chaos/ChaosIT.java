// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.testkit.history.Verdict;
import io.meshrt.tests.chaos.Publisher.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything goes wrong at once, as a seed decides, round by round, while clients publish, follow,
 * write records, meet in a room and call commands. {@code -Dmesh.seed} chooses another seed, {@code
 * -Dmesh.minutes} how long it takes.
 */
@Tag("full")
class ChaosIT {
  private static final Logger log = LoggerFactory.getLogger(ChaosIT.class);
  private static final long SEED = Long.getLong("mesh.seed", 1);
  private static final Duration LENGTH = Duration.ofMinutes(Integer.getInteger("mesh.minutes", 2));
  private static final int ROUND_MILLIS = 20_000;
  private static final int NODES = 3;
  private static final int CHANNELS = 5;
  private static final int CLIENTS = 12;
  private static final int ENDLESS = 10_000_000;

  private final StringBuilder plans = new StringBuilder();

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  void whateverGoesWrongNothingIsLostInSilence() throws Exception {
    try {
      run(SEED);
    } catch (Exception | AssertionError e) {
      throw new AssertionError("seed " + SEED + plans, e);
    }
  }

  private void run(long seed) throws Exception {
    long end = System.nanoTime() + LENGTH.toNanos();
    try (RedisPair redis = new RedisPair();
        ChaosWorld world =
            new ChaosWorld(new Random(seed), redis.current(), NODES, CHANNELS, CLIENTS);
        Storm storm = new Storm(world, redis)) {
      List<Load> loads = List.of(new EchoLoad(world), new RoomLoad(world), new RecordLoad(world));
      try {
        world.publish(ENDLESS, true, Pace.LATER);
        for (Load load : loads) {
          load.start();
        }
        settle(world, loads);
        for (int round = 1; System.nanoTime() < end; round++) {
          FaultPlan plan = new FaultPlan(seed, round, ROUND_MILLIS, NODES);
          plans.append("\nround ").append(round).append(plan);
          log.info("round {}{}", round, plan);
          storm.rage(plan);
          settle(world, loads);
        }
      } finally {
        loads.forEach(Load::stop);
      }
      world.stopPublishing();
      world.settle(follower -> true);
      Verdict verdict = world.log.check();
      log.info("{} losses; {}; {}", world.losses, verdict, loads);
      verdict.requireClean();
      assertThat(world.toldTooOften()).isEmpty();
    }
  }

  /** Nothing goes wrong any more: soon all works, and all agree. */
  private static void settle(ChaosWorld world, List<Load> loads) throws Exception {
    long begun = System.nanoTime();
    world.awaitMoreFromEach(2);
    world.settle(follower -> true);
    List<String> flaws = new ArrayList<>();
    for (Load load : loads) {
      load.settle();
      flaws.addAll(load.flaws());
    }
    assertThat(flaws).isEmpty();
    log.info("settled in {} ms", (System.nanoTime() - begun) / 1_000_000);
  }
}
