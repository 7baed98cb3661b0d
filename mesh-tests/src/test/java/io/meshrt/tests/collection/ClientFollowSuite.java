// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.Generation;
import io.meshrt.client.MeshClient;
import io.meshrt.client.collection.CollectionMember;
import io.meshrt.client.collection.CollectionOptions;
import io.meshrt.client.collection.CollectionSubscription;
import io.meshrt.client.collection.CollectionUpdate;
import io.meshrt.client.collection.CollectionUpdate.Reason;
import io.meshrt.client.record.RecordValue;
import io.meshrt.client.record.WriteOptions;
import io.meshrt.patch.JsonEquality;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Java clients follow collections. */
abstract class ClientFollowSuite extends CollectionSuite {
  @Test
  void followersOfEveryNodeSeeWhoComesChangesAndGoes() throws Exception {
    Log<Task> ann = new Log<>();
    Log<Task> bob = new Log<>();
    write(0, "task:a", task(2));
    follow(client(0), "urgent", Task.class, ann);
    follow(client(1), "urgent", Task.class, bob);

    awaitBoth(ann, bob, "task:a");
    write(0, "task:b", task(1));
    awaitBoth(ann, bob, "task:b", "task:a");
    write(1, "task:a", task(0));
    awaitBoth(ann, bob, "task:a", "task:b");
    write(0, "task:b", new Task("some", 1, true));
    awaitBoth(ann, bob, "task:a");
    delete(1, "task:a");
    awaitBoth(ann, bob);

    List<String> expected =
        List.of(
            "INITIAL +task:a",
            "UPDATE +task:b",
            "UPDATE ~task:a",
            "UPDATE -task:b",
            "UPDATE -task:a");
    assertThat(ann.differences()).isEqualTo(expected);
    assertThat(bob.differences()).isEqualTo(expected);
    assertThat(ann.updates.get(3).removed().get(0).value()).isEqualTo(task(1));
    assertThat(ann.updates)
        .extracting(CollectionUpdate::version)
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void oneThatGoesMakesRoomForTheNext() throws Exception {
    Log<Task> log = new Log<>();
    for (int i = 1; i <= 5; i++) {
      write(i, "task:" + i, task(i));
    }
    follow(client(1), "urgent", Task.class, log);
    log.awaitIds("task:1", "task:2", "task:3");

    delete(0, "task:2");
    log.awaitIds("task:1", "task:3", "task:4");

    assertThat(log.differences()).last().isEqualTo("UPDATE +task:4 -task:2");
  }

  @Test
  void membersHaveTheVersionsOfTheirRecords() throws Exception {
    MeshClient client = client(0);
    Log<Task> log = new Log<>();
    write(0, "task:a", task(1));
    write(1, "task:a", task(2));
    CollectionSubscription<Task> subscription = follow(client, "urgent", Task.class, log);
    log.awaitIds("task:a");

    CollectionMember<Task> member = subscription.members().get(0);
    RecordValue<Task> read = Outcomes.result(client.records().get("task:a", Task.class));
    Outcomes.result(
        client.publishRecordUpdate(
            "task:a", task(3), WriteOptions.defaults().withIfVersion(member.version())));

    assertThat(member).isEqualTo(new CollectionMember<>("task:a", task(2), read.version()));
    await().atMost(Duration.ofSeconds(30)).until(() -> task(3).equals(log.values().get("task:a")));
  }

  @Test
  void resolversTellEachTheirOwn() throws Exception {
    Log<Task> ann = new Log<>();
    Log<Task> bob = new Log<>();
    write(0, "task:a", task(1));
    write(0, "task:b", task(2));
    list(0, "listed:ann", "task:b", "task:a", "task:none");
    follow(client(0), "listed:ann", Task.class, ann);
    follow(client(1), "listed:bob", Task.class, bob);
    ann.awaitIds("task:a", "task:b");
    bob.awaitIds();

    list(1, "listed:bob", "task:a");
    bob.awaitIds("task:a");
    list(1, "listed:ann", "task:b", "task:none");
    ann.awaitIds("task:b");
    write(1, "task:none", task(3));
    ann.awaitIds("task:b", "task:none");

    assertThat(ann.differences())
        .containsExactly("INITIAL +task:a +task:b", "UPDATE -task:a", "UPDATE +task:none");
  }

  @Test
  void manyQuickWritesAreToldTogetherAndTheEndIsRight() throws Exception {
    Log<Task> ann = new Log<>();
    Log<Task> bob = new Log<>();
    follow(client(0), "tasks", Task.class, ann);
    follow(client(1), "tasks", Task.class, bob);
    List<CompletableFuture<?>> writes = new ArrayList<>();

    for (int i = 0; i < 1_000; i++) {
      writes.add(node(i).publishRecordUpdate("task:" + i % 40, task(i)));
    }
    CompletableFuture.allOf(writes.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);
    for (int i = 0; i < 20; i++) {
      delete(i, "task:" + i);
    }

    List<CollectionMember<Task>> stored = new ArrayList<>();
    MeshClient reader = client(0);
    for (int i = 20; i < 40; i++) {
      RecordValue<Task> read = Outcomes.result(reader.records().get("task:" + i, Task.class));
      stored.add(new CollectionMember<>("task:" + i, read.value(), read.version()));
    }
    for (Log<Task> log : List.of(ann, bob)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(log.members()).isEqualTo(stored));
      assertThat(log.updates).hasSizeLessThan(300);
      log.assertDifferencesAddUp();
    }
  }

  @Test
  void largeCollectionIsToldAtOnce() throws Exception {
    for (int i = 0; i < 120; i++) {
      write(i, "task:%03d".formatted(i), task(i));
    }
    Log<Task> log = new Log<>();
    follow(client(0), "tasks", Task.class, log);

    assertThat(log.awaitReason(Reason.INITIAL).members())
        .extracting(member -> member.value().priority())
        .hasSize(120)
        .isSorted();
    assertThat(log.updates.get(0).added()).hasSize(120);
  }

  @Test
  void everyKindOfValueIsAMember() throws Exception {
    List<String> values =
        List.of(
            "4", "true", "null", "\"\"", "[]", "{}", "0.5", "{\"id\":7}", "[null,{\"a/b~\":1}]");
    Log<JsonNode> log = new Log<>();
    follow(client(1), "tasks", JsonNode.class, log);

    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < values.size(); i++) {
        String value = values.get((i + round) % values.size());
        write(i, "task:" + i, V1Socket.JSON.readTree(value));
      }
      int offset = round;
      await().atMost(Duration.ofSeconds(30)).until(() -> hasAll(log, values, offset));
    }
    log.assertDifferencesAddUp();
  }

  private static boolean hasAll(Log<JsonNode> log, List<String> values, int offset)
      throws Exception {
    for (int i = 0; i < values.size(); i++) {
      JsonNode wanted = V1Socket.JSON.readTree(values.get((i + offset) % values.size()));
      JsonNode held = log.values().get("task:" + i);
      boolean isNull = wanted.isNull() && log.values().containsKey("task:" + i);
      if (held == null ? !isNull : !JsonEquality.same(wanted, held)) {
        return false;
      }
    }
    return true;
  }

  @ParameterizedTest
  @EnumSource(
      value = Generation.class,
      names = {"MESH", "REALTIME"})
  void clientsOfOlderGenerationsFollowToo(Generation generation) throws Exception {
    Log<JsonNode> log = new Log<>();
    for (int i = 0; i < 60; i++) {
      write(i, "task:%02d".formatted(i), i);
    }
    try (MeshClient old = open(generation)) {
      follow(old, "tasks", JsonNode.class, log);
      await().atMost(Duration.ofSeconds(30)).until(() -> log.ids().size() == 60);

      write(0, "task:01", new Task("changed", 1, false));
      write(1, "new", 1);
      write(1, "task:60", 60);
      delete(0, "task:02");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  log.ids().contains("task:60")
                      && !log.ids().contains("task:02")
                      && log.values().get("task:01").has("title"));
    }
    assertThat(log.values().get("task:60")).hasToString("{\"id\":\"task:60\",\"value\":60}");
    log.assertDifferencesAddUp();
  }

  @Test
  void whatIsNotExposedIsRefused() throws Exception {
    assertThat(Outcomes.code(client(0).subscribeCollection("secret", update -> {})))
        .isEqualTo("EACCESS");
    try (MeshClient old = open(Generation.REALTIME);
        MeshClient oldest = open(Generation.BARE)) {
      assertThat(Outcomes.code(old.subscribeCollection("secret", update -> {})))
          .isEqualTo("EACCESS");
      assertThat(Outcomes.code(oldest.subscribeCollection("tasks", update -> {})))
          .isEqualTo("ENOTFOUND");
    }
  }

  @Test
  void nothingComesAfterUnsubscribing() throws Exception {
    MeshClient client = client(1);
    Log<Task> log = new Log<>();
    Log<Task> other = new Log<>();
    follow(client, "tasks", Task.class, log);
    follow(client(1), "tasks", Task.class, other);
    log.awaitIds();

    assertThat(Outcomes.result(client.unsubscribeCollection("tasks"))).isTrue();
    write(0, "task:a", task(1));
    other.awaitIds("task:a");
    assertThat(Outcomes.result(client.unsubscribeCollection("tasks"))).isFalse();

    assertThat(log.updates).hasSize(1);
    assertThat(log.ended).isEmpty();
  }

  @Test
  void revokedIsTheEnd() throws Exception {
    MeshClient client = client(1);
    Log<Task> log = new Log<>();
    CollectionSubscription<Task> subscription = follow(client, "tasks", Task.class, log);

    Outcomes.result(
        node(0).collections().revokeConnection(client.connectionId().orElseThrow(), "tasks"));

    await().until(() -> log.ended.equals("EACCESS"));
    assertThat(subscription.isLive()).isFalse();
  }

  @Test
  void slowListenerEndsWithTheNewestAndHoldsNobody() throws Exception {
    MeshClient client = client(0);
    CountDownLatch goOn = new CountDownLatch(1);
    Log<Task> slow =
        new Log<>() {
          @Override
          public void onUpdate(CollectionUpdate<Task> update) throws Exception {
            goOn.await();
            super.onUpdate(update);
          }
        };
    Log<Task> quick = new Log<>();
    CollectionOptions two = CollectionOptions.defaults().withMaxWaitingUpdates(2);
    Outcomes.result(client.subscribeCollection("tasks", Task.class, slow, two));
    follow(client, "tasks", Task.class, quick);

    for (int n = 1; n <= 10; n++) {
      write(n, "task:a", task(n));
      write(n, "task:" + n, task(n));
      int count = n;
      await().atMost(Duration.ofSeconds(30)).until(() -> quick.ids().contains("task:" + count));
    }
    delete(0, "task:a");
    await().atMost(Duration.ofSeconds(30)).until(() -> !quick.ids().contains("task:a"));
    goOn.countDown();

    await().atMost(Duration.ofSeconds(30)).until(() -> slow.values().equals(quick.values()));
    assertThat(slow.updates).hasSizeLessThan(5);
    slow.assertDifferencesAddUp();
  }

  private MeshClient open(Generation generation) throws Exception {
    return Local.connected(
        MeshClient.builder("ws://127.0.0.1:" + node(1).port()).generation(generation));
  }

  private static void awaitBoth(Log<Task> one, Log<Task> other, String... ids) {
    one.awaitIds(ids);
    other.awaitIds(ids);
  }
}
