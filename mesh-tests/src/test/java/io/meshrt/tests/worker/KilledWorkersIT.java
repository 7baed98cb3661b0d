// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.MeshClient;
import io.meshrt.faults.SharedRedis;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.testkit.ChildNode;
import io.meshrt.tests.harness.Local;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Workers that are killed while clients command: each command is answered, each client's are done
 * in order, and none has its effect twice where the application keeps the ids.
 */
class KilledWorkersIT {
  private static final int CLIENTS = 50;
  private static final int WORKERS = 3;
  private static final int IN_FLIGHT = 8;
  private static final Duration TIME = Duration.ofSeconds(55);

  private final Random random = new Random(Long.getLong("mesh.seed", 11));
  private final String prefix = "killed" + Long.toHexString(ThreadLocalRandom.current().nextLong());
  private final List<MeshServer> servers = new ArrayList<>();
  private final List<MeshClient> clients = new ArrayList<>();
  private final List<ChildNode> workers = new ArrayList<>();
  private EffectStore effects;

  @BeforeEach
  void open() throws Exception {
    effects = new EffectStore();
  }

  @AfterEach
  void close() throws Exception {
    clients.forEach(MeshClient::close);
    servers.forEach(MeshServer::close);
    workers.forEach(ChildNode::close);
    effects.close();
  }

  @Test
  @Timeout(300)
  void everyCommandIsAnsweredWhileOneWorkerIsKilled() throws Exception {
    run(2_000, 1);
  }

  @Test
  @Tag("full")
  @Timeout(600)
  void everyCommandIsAnsweredWhileManyWorkersAreKilled() throws Exception {
    run(10_000, 6);
  }

  private void run(int commands, int kills) throws Exception {
    start();
    int each = commands / CLIENTS;
    List<CompletableFuture<Integer>> answers = new ArrayList<>();
    Semaphore free = new Semaphore(IN_FLIGHT * CLIENTS);
    int killed = 0;

    for (int number = 0; number < each; number++) {
      if (killed < kills && number >= (killed + 1) * each / (kills + 1)) {
        killed++;
        killOne();
      }
      for (MeshClient client : clients) {
        assertThat(free.tryAcquire(TIME.toSeconds(), TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Integer> answer = client.command("count", number, Integer.class, TIME);
        answers.add(answer.whenComplete((value, failure) -> free.release()));
      }
    }

    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).get(TIME.toSeconds(), TimeUnit.SECONDS)).isEqualTo(i / CLIENTS);
    }
    List<Integer> all = IntStream.range(0, each).boxed().toList();
    Map<String, List<Integer>> numbers = effects.numbers();
    assertThat(numbers).hasSize(CLIENTS);
    assertThat(numbers).allSatisfy((client, kept) -> assertThat(kept).isEqualTo(all));
    System.out.println(
        commands + " commands, " + kills + " kills, " + effects.attempts() + " runs of handlers");
  }

  private void start() throws Exception {
    RedisOptions redis = RedisOptions.of(SharedRedis.uri()).withPrefix(prefix);
    for (int i = 0; i < 2; i++) {
      MeshServer server = Local.server().redis(redis).build();
      server.forward("count").withTimeout(TIME).toGroup("shop");
      server.start();
      servers.add(server);
    }
    for (int i = 0; i < WORKERS; i++) {
      workers.add(startWorker());
    }
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(Local.connected(servers.get(i % servers.size())));
    }
  }

  /** Another one takes its place, and finds its work when its time is over. */
  private void killOne() {
    workers.remove(random.nextInt(workers.size())).kill();
    workers.add(startWorker());
  }

  private ChildNode startWorker() {
    return ChildNode.start(
        WorkerProgram.class, SharedRedis.uri(), prefix, Integer.toString(effects.port()));
  }
}
