// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.faults.RedisServer;
import io.meshrt.testkit.history.Verdict;
import io.meshrt.tests.interop.NodePrograms;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes are asked to end and started again, one after the other, under a steady load. */
@Tag("full")
class RollingRestartIT {
  private static final Path BROWSER_CLIENT =
      Path.of("..", "mesh-client", "src/main/resources/META-INF/resources/mesh/mesh.js")
          .toAbsolutePath()
          .normalize();
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int NODES = 3;
  private static final int ROUNDS = FULL ? 5 : 1;
  private static final int CHANNELS = FULL ? 20 : 3;
  private static final int CLIENTS = FULL ? 20 : 6;
  private static final int MESSAGES_PER_SECOND = FULL ? 2_000 : 200;
  private static final int COMMANDS_PER_SECOND = FULL ? 500 : 100;

  private final Random random = new Random(Long.getLong("mesh.seed", 7));

  @Test
  @Timeout(570)
  void everyCommandIsAnsweredAndNoMessageLostOrDoubled() throws Exception {
    try (RedisServer redis = RedisServer.started();
        ChaosWorld world = ChaosWorld.calm(random, redis, NODES, CHANNELS, CLIENTS);
        SteadyLoad load = world.load(MESSAGES_PER_SECOND, COMMANDS_PER_SECOND)) {
      load.warmUp();
      for (int round = 1; round <= ROUNDS; round++) {
        restartAll(world, load);
      }
      load.finish();
      world.settle(follower -> true);

      Verdict verdict = world.log.check().requireClean();

      System.out.println(load + ", " + verdict + ", " + world.moves() + " moves");
      assertThat(load.failures()).isEmpty();
      assertThat(verdict.acknowledged()).isGreaterThanOrEqualTo(load.messagesAnswered());
      assertThat(verdict.gaps()).isZero();
      assertThat(world.moves()).isGreaterThanOrEqualTo((long) CLIENTS * ROUNDS);
      assertThat(world.otherLosses()).isZero();
    }
  }

  @Test
  @Timeout(570)
  void browserClientsLoseNothingEither() throws Exception {
    NodePrograms.install();
    try (RedisServer redis = RedisServer.started();
        ChaosWorld world = ChaosWorld.calm(random, redis, NODES, 2, NODES);
        SteadyLoad load = world.load(100, 50)) {
      List<String> arguments = new ArrayList<>(List.of(BROWSER_CLIENT.toString()));
      world.nodes.forEach(node -> arguments.add(node.uri()));
      CompletableFuture<Void> ready = world.signal("ready");
      CompletableFuture<Map<String, JsonNode>> browser =
          NodePrograms.factsLater("rolling.mjs", arguments.toArray(String[]::new));
      CompletableFuture.anyOf(ready, browser).get(60, TimeUnit.SECONDS);
      restartAll(world, load);
      world.say("end");
      Map<String, JsonNode> facts = browser.get(60, TimeUnit.SECONDS);

      System.out.println(facts);
      assertThat(facts.get("failures")).isEmpty();
      for (String fault : List.of("lost", "doubled", "reordered", "gaps")) {
        assertThat(facts.get(fault).asInt()).as(fault).isZero();
      }
      assertThat(facts.get("commandsMade").asInt()).isGreaterThan(1_000);
      assertThat(facts.get("commandsAnswered")).isEqualTo(facts.get("commandsMade"));
      assertThat(facts.get("messagesAcknowledged")).isEqualTo(facts.get("messagesMade"));
      assertThat(facts.get("moves").asInt()).isGreaterThanOrEqualTo(2 * NODES);
      assertThat(load.failures()).isEmpty();
    }
  }

  private static void restartAll(ChaosWorld world, SteadyLoad load) {
    for (int number = 0; number < NODES; number++) {
      ChaosNode node = world.nodes.get(number);
      node.drain(world.nodes.get((number + 1) % NODES));
      load.awaitMore(0.5);
      node.startAgain();
      load.awaitMore(1);
    }
  }
}
