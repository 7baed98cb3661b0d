// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.Generation;
import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.collection.CollectionMember;
import io.meshrt.client.collection.CollectionSubscription;
import io.meshrt.client.collection.CollectionUpdate;
import io.meshrt.client.collection.CollectionUpdate.Reason;
import io.meshrt.faults.TcpProxy;
import io.meshrt.faults.TcpProxy.Direction;
import io.meshrt.tests.harness.Local;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections break and stall: what a client shows becomes what the server has. */
abstract class ClientResumeSuite extends CollectionSuite {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int CHANGES = FULL ? 2_000 : 300;
  private static final int CUTS = FULL ? 50 : 5;

  /** What is written to the client that does not read: 60 tasks, 40 times, so much each. */
  private static final int TEXT = 13_500;

  private TcpProxy proxy;
  private MeshClient client;

  @BeforeEach
  final void prepare() {
    proxy = TcpProxy.plain(node(0).port());
  }

  @AfterEach
  final void disconnect() {
    client.close();
    proxy.close();
  }

  private void connect(Generation generation) throws Exception {
    client =
        Local.connected(
            MeshClient.builder("ws://127.0.0.1:" + proxy.port())
                .generation(generation)
                .reconnect(
                    ReconnectPolicy.fullJitter(Duration.ofMillis(10), Duration.ofMillis(100))));
  }

  @Test
  void whatIsDifferentIsToldOnceOnAnotherNode() throws Exception {
    connect(Generation.V1);
    Log<Task> log = new Log<>();
    write(0, "task:a", task(1));
    write(0, "task:b", task(2));
    write(0, "task:c", task(3));
    CollectionSubscription<Task> subscription = follow(client, "urgent", Task.class, log);
    log.awaitIds("task:a", "task:b", "task:c");
    lose();
    delete(0, "task:a");
    write(0, "task:b", task(9));
    write(0, "task:d", task(4));
    Log<Task> witness = new Log<>();
    follow(client(1), "urgent", Task.class, witness);
    witness.awaitIds("task:c", "task:d", "task:b");

    comeBack(1);
    CollectionUpdate<Task> resync = log.awaitReason(Reason.RESYNC);
    write(0, "task:e", task(5));
    log.awaitIds("task:c", "task:d", "task:e");

    assertThat(resync.members())
        .extracting(CollectionMember::id)
        .containsExactly("task:c", "task:d", "task:b");
    assertThat(log.differences())
        .containsExactly(
            "INITIAL +task:a +task:b +task:c",
            "RESYNC +task:d ~task:b -task:a",
            "UPDATE +task:e -task:b");
    assertThat(subscription.isLive()).isTrue();
  }

  @Test
  void nothingIsToldWhenNothingWasMissed() throws Exception {
    connect(Generation.V1);
    Log<Task> log = new Log<>();
    write(0, "task:a", task(1));
    list(0, "listed:x", "task:a");
    CollectionSubscription<Task> subscription = follow(client, "listed:x", Task.class, log);
    log.awaitIds("task:a");
    lose();

    comeBack(1);
    await().atMost(Duration.ofSeconds(30)).until(subscription::isLive);
    write(0, "task:a", task(2));

    await().atMost(Duration.ofSeconds(30)).until(() -> log.updates.size() == 2);
    assertThat(log.differences()).containsExactly("INITIAL +task:a", "UPDATE ~task:a");
  }

  @ParameterizedTest
  @EnumSource(
      value = Generation.class,
      names = {"V1", "REALTIME"})
  void nobodyStaysWrongWhileConnectionsBreak(Generation generation) throws Exception {
    connect(generation);
    Log<Task> log = new Log<>();
    CollectionSubscription<Task> subscription = follow(client, "tasks", Task.class, log);
    CompletableFuture<Map<String, Integer>> changes =
        CompletableFuture.supplyAsync(this::changeAtRandom);

    for (int cut = 1; cut <= CUTS && !changes.isDone(); cut++) {
      int told = log.updates.size();
      proxy.redirect(node(cut).port());
      proxy.cut();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> changes.isDone() || log.updates.size() > told);
    }
    Map<String, Integer> stored = changes.get(5, TimeUnit.MINUTES);

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(priorities(log)).isEqualTo(stored));
    await().until(() -> subscription.members().size() == stored.size());
    log.assertDifferencesAddUp();
  }

  /** Priorities of the tasks that are there in the end. */
  private Map<String, Integer> changeAtRandom() {
    Map<String, Integer> stored = new TreeMap<>();
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < CHANGES; i++) {
      String id = "task:" + random.nextInt(20);
      if (random.nextInt(3) == 0) {
        node(i).deleteRecord(id).join();
        stored.remove(id);
      } else {
        node(i).publishRecordUpdate(id, task(i)).join();
        stored.put(id, i);
      }
    }
    return stored;
  }

  /** The server forgets what exactly was missed; the family's clients are given a gap then. */
  @ParameterizedTest
  @EnumSource(
      value = Generation.class,
      names = {"V1", "REALTIME"})
  void clientThatDidNotReadForLongIsToldAnew(Generation generation) throws Exception {
    proxy.takeAhead(64 * 1024); // the server's socket may hold 16 MB of the 32 MB all the same
    connect(generation);
    Log<Task> log = new Log<>();
    Log<Task> quick = new Latest();
    writeAll(60, 0);
    follow(client, "tasks", Task.class, log);
    follow(client(0), "tasks", Task.class, quick);
    await().atMost(Duration.ofSeconds(30)).until(() -> log.ids().size() == 60);

    proxy.freeze(Direction.TO_CLIENT);
    for (int round = 1; round <= 40; round++) {
      int priority = round;
      writeAll(60, round);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> quick.values().values().stream().allMatch(t -> t.priority() == priority));
    }
    delete(0, "task:0");
    await().atMost(Duration.ofSeconds(30)).until(() -> quick.ids().size() == 59);
    proxy.thaw();

    log.awaitReason(Reason.RESYNC);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(priorities(log)).isEqualTo(priorities(quick)));
    assertThat(priorities(log)).hasSize(59);
    log.assertDifferencesAddUp();
  }

  private static Map<String, Integer> priorities(Log<Task> log) {
    Map<String, Integer> priorities = new TreeMap<>();
    log.values().forEach((id, task) -> priorities.put(id, task.priority()));
    return priorities;
  }

  /** Keeps nothing but the last update. */
  private static final class Latest extends Log<Task> {
    @Override
    public void onUpdate(CollectionUpdate<Task> update) throws Exception {
      super.onUpdate(update);
      updates.subList(0, updates.size() - 1).clear();
    }
  }

  private void writeAll(int count, int priority) throws Exception {
    Task task = new Task("x".repeat(TEXT), priority, false);
    List<CompletableFuture<?>> writes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      writes.add(node(i).publishRecordUpdate("task:" + i, task));
    }
    CompletableFuture.allOf(writes.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);
  }

  /** The connection is gone and cannot be made again. */
  private void lose() {
    proxy.refuse();
    await().until(() -> client.status() != ClientStatus.CONNECTED);
  }

  /** The connection can be made again, to another node. */
  private void comeBack(int node) {
    proxy.redirect(node(node).port());
    proxy.admit();
    await().until(() -> client.status() == ClientStatus.CONNECTED);
  }
}
