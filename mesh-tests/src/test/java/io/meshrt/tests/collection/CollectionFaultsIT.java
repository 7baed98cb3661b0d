// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.collection.CollectionMember;
import io.meshrt.client.collection.CollectionOptions;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.faults.RedisServer;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.record.ListOptions;
import io.meshrt.testkit.ChildNode;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A collection that two clients follow, while nodes and Redis fail: nobody stays wrong. */
@Tag("full")
@Timeout(300)
class CollectionFaultsIT {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int FAULTS = FULL ? 4 : 2;
  private static final int BETWEEN = FULL ? 200 : 60;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<Log<Integer>> logs = new ArrayList<>();
  private final AtomicInteger changes = new AtomicInteger();
  private volatile boolean done;

  @AfterEach
  void close() throws Exception {
    done = true;
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @Test
  void killedRedisLeavesNobodyWrong() throws Exception {
    RedisServer redis = opened(RedisServer.started("appendonly", "yes", "appendfsync", "always"));
    List<MeshServer> nodes = List.of(serverOn(redis), serverOn(redis));
    follow(nodes.get(0).port());
    follow(nodes.get(1).port());
    CompletableFuture<Void> churn = CompletableFuture.runAsync(() -> churn(nodes));

    for (int fault = 1; fault <= FAULTS; fault++) {
      awaitChanges();
      redis.kill();
      redis.start();
    }
    awaitChanges();
    done = true;
    churn.get(60, TimeUnit.SECONDS);

    awaitAllHaveWhatIsStored(nodes.get(0));
  }

  @Test
  void wipedRedisLeavesNobodyWrong() throws Exception {
    RedisServer redis = opened(RedisServer.started("appendonly", "yes"));
    List<MeshServer> nodes = List.of(serverOn(redis), serverOn(redis));
    follow(nodes.get(0).port());
    follow(nodes.get(1).port());
    for (int i = 0; i < 10; i++) {
      write(nodes.get(i % 2), "task:" + i, i);
    }
    awaitAllHaveWhatIsStored(nodes.get(0));
    assertThat(logs.get(1).ids()).hasSize(10);

    redis.kill();
    redis.wipe();
    redis.start();
    write(nodes.get(1), "task:3", 300);

    awaitAllHaveWhatIsStored(nodes.get(1));
    assertThat(logs).allSatisfy(log -> assertThat(log.ids()).containsExactly("task:3"));
  }

  @Test
  void redisThatForgetsTheLastWritesLeavesNobodyWrong() throws Exception {
    RedisServer redis =
        opened(
            RedisServer.started(
                "appendonly",
                "yes",
                "appendfsync",
                "everysec",
                "auto-aof-rewrite-percentage",
                "0"));
    List<MeshServer> nodes = List.of(serverOn(redis), serverOn(redis));
    follow(nodes.get(0).port());
    follow(nodes.get(1).port());
    for (int loss = 1; loss <= FAULTS; loss++) {
      for (int i = 0; i < 6; i++) {
        write(nodes.get(0), "task:" + i, loss);
      }
      long written = redis.written();
      for (int i = 3; i < 9; i++) {
        write(nodes.get(1), "task:" + i, -loss);
      }
      delete(nodes.get(1), "task:0");
      awaitAllHaveWhatIsStored(nodes.get(0));
      assertThat(logs.get(0).ids()).doesNotContain("task:0");

      redis.kill();
      redis.forget(written);
      redis.start();

      await()
          .atMost(PATIENCE)
          .until(() -> logs.stream().allMatch(log -> log.values().containsKey("task:0")));
      awaitAllHaveWhatIsStored(nodes.get(1));
    }
  }

  @Test
  void killedNodesLeaveNobodyWrong() throws Exception {
    RedisServer redis = opened(RedisServer.started());
    MeshServer observer = serverOn(redis);
    List<ChildNode> children = new ArrayList<>(List.of(child(redis), child(redis)));
    List<TcpProxy> doors = List.of(follow(children.get(0).port()), follow(children.get(0).port()));
    CompletableFuture<Void> churn = CompletableFuture.runAsync(() -> churn(List.of(observer)));

    for (int fault = 1; fault <= FAULTS; fault++) {
      awaitChanges();
      doors.forEach(door -> door.redirect(children.get(1).port()));
      children.remove(0).kill();
      children.add(child(redis));
    }
    awaitChanges();
    done = true;
    churn.get(60, TimeUnit.SECONDS);

    awaitAllHaveWhatIsStored(observer);
  }

  /** Writes and deletes until told to stop; what fails is left as it is. */
  private void churn(List<MeshServer> nodes) {
    SplittableRandom random = new SplittableRandom(7);
    while (!done) {
      MeshServer node = nodes.get(random.nextInt(nodes.size()));
      String id = "task:" + random.nextInt(20);
      CompletableFuture<?> change =
          random.nextInt(4) == 0
              ? node.deleteRecord(id)
              : node.publishRecordUpdate(id, random.nextInt());
      if (change.handle((value, failure) -> failure == null).join()) {
        changes.incrementAndGet();
      }
    }
  }

  private void awaitChanges() {
    int before = changes.get();
    await().atMost(PATIENCE).until(() -> changes.get() >= before + BETWEEN);
  }

  /** Repeats what fails. */
  private static void write(MeshServer node, String id, int value) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> Outcomes.result(node.publishRecordUpdate(id, value)).number() > 0);
  }

  private static void delete(MeshServer node, String id) throws Exception {
    Outcomes.result(node.deleteRecord(id));
  }

  private void awaitAllHaveWhatIsStored(MeshServer node) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              List<CollectionMember<Integer>> stored = stored(node);
              assertThat(logs).allSatisfy(log -> assertThat(log.members()).isEqualTo(stored));
            });
    logs.forEach(Log::assertDifferencesAddUp);
    assertThat(logs).extracting(log -> log.ended).containsOnly("");
  }

  private static List<CollectionMember<Integer>> stored(MeshServer node) throws Exception {
    return Outcomes.result(node.records().list("task:", Integer.class, ListOptions.defaults()))
        .records()
        .stream()
        .map(
            found ->
                new CollectionMember<>(
                    found.id(),
                    found.value(),
                    new RecordVersion(found.version().number(), found.version().stamp())))
        .toList();
  }

  /** Another client, by way of the node that listens at a port. */
  private TcpProxy follow(int port) throws Exception {
    TcpProxy door = opened(TcpProxy.plain(port));
    MeshClient client =
        opened(
            Local.connected(
                MeshClient.builder("ws://127.0.0.1:" + door.port())
                    .reconnect(
                        ReconnectPolicy.fullJitter(
                            Duration.ofMillis(20), Duration.ofMillis(500)))));
    Log<Integer> log = new Log<>();
    logs.add(log);
    Outcomes.result(
        client.subscribeCollection("tasks", Integer.class, log, CollectionOptions.defaults()));
    return door;
  }

  private MeshServer serverOn(RedisServer redis) {
    MeshServer server =
        opened(CollectionProgram.server(RedisOptions.of(redis.uri()).withPrefix("mesh")));
    server.start();
    return server;
  }

  private ChildNode child(RedisServer redis) {
    return opened(ChildNode.start(CollectionProgram.class, redis.uri(), "mesh"));
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }
}
