// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.Generation;
import io.meshrt.client.MeshClient;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordOptions;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.client.record.RecordUpdate;
import io.meshrt.client.record.RecordUpdate.Reason;
import io.meshrt.client.record.RecordValue;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.client.record.WriteOptions;
import io.meshrt.client.record.WriteStrategy;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.tests.harness.Outcomes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Java clients follow, read and write records. */
abstract class ClientFollowSuite extends RecordSuite {
  /** What a record holds. */
  record Product(String name, int stock) {}

  @ParameterizedTest
  @EnumSource(RecordMode.class)
  void followersOfEveryNodeAndModeGetWhatIsWritten(RecordMode mode) throws Exception {
    Log<Product> ann = new Log<>();
    Log<Product> bob = new Log<>();
    follow(client(0), "doc:1", Product.class, ann, mode);
    follow(client(1), "doc:1", Product.class, bob, mode);

    for (int stock = 1; stock <= 10; stock++) {
      write(stock, "doc:1", new Product("nut", stock));
      ann.awaitValue(new Product("nut", stock));
      bob.awaitValue(new Product("nut", stock));
    }

    List<Long> all = LongStream.rangeClosed(0, 10).boxed().toList();
    assertThat(ann.versions()).isEqualTo(all);
    assertThat(bob.versions()).isEqualTo(all);
    assertThat(ann.updates.get(0).reason()).isEqualTo(Reason.INITIAL);
    assertThat(ann.updates.subList(1, 11))
        .allMatch(update -> update.patch().isPresent() == (mode == RecordMode.PATCH))
        .allMatch(update -> update.reason() == Reason.UPDATE);
  }

  @ParameterizedTest
  @EnumSource(
      value = Generation.class,
      names = {"MESH", "REALTIME", "BARE"})
  void clientsOfOlderGenerationsFollowToo(Generation generation) throws Exception {
    Log<Product> log = new Log<>();
    try (MeshClient old =
        MeshClient.builder("ws://127.0.0.1:" + node(1).port()).generation(generation).build()) {
      Outcomes.result(old.connect());
      follow(old, "doc:1", Product.class, log, RecordMode.PATCH);

      Outcomes.result(old.publishRecordUpdate("doc:1", new Product("nut", 1)));
      write(0, "doc:1", new Product("nut", 2));
      log.awaitValue(new Product("nut", 2));
      Outcomes.result(node(0).deleteRecord("doc:1"));

      assertThat(log.awaitReason(Reason.DELETED).version().number()).isEqualTo(2);
      assertThat(
              Outcomes.code(
                  old.publishRecordUpdate("doc:1", 1, WriteOptions.defaults().withIfVersion(2))))
          .isEqualTo("ENOTFOUND");
    }
  }

  @Test
  void clientsWriteMergeAndCompare() throws Exception {
    MeshClient client = client(0);
    RecordVersion first =
        Outcomes.result(client.publishRecordUpdate("doc:1", new Product("nut", 3)));
    WriteOptions merge =
        WriteOptions.defaults().withStrategy(WriteStrategy.MERGE).withIfVersion(first);

    RecordVersion second =
        Outcomes.result(client(1).publishRecordUpdate("doc:1", Map.of("stock", 2), merge));
    CommandException late =
        Outcomes.failure(client.publishRecordUpdate("doc:1", Map.of("stock", 9), merge));
    RecordValue<Product> read = Outcomes.result(client.records().get("doc:1", Product.class));

    assertThat(second.number()).isEqualTo(2);
    assertThat(late.code()).isEqualTo("ECONFLICT");
    assertThat(late.data().orElseThrow().path("version").longValue()).isEqualTo(2);
    assertThat(read).isEqualTo(new RecordValue<>(new Product("nut", 2), second));
  }

  @Test
  void clientsChangeSeveralRecordsTogetherOrNone() throws Exception {
    MeshClient client = client(0);
    MeshClient other = client(1);
    Log<Integer> log = new Log<>();
    RecordSubscription<Integer> a = follow(other, "till/a", Integer.class, log, RecordMode.PATCH);
    RecordSubscription<Integer> b =
        follow(other, "till/b", Integer.class, new Log<>(), RecordMode.FULL);

    Map<String, RecordVersion> first =
        Outcomes.result(
            client.transaction(
                transaction -> {
                  transaction.write("till/a", 10);
                  transaction.write("till/b", -10);
                }));
    log.awaitValue(10);
    assertThat(other.records().snapshot(List.of(a, b)).orElseThrow())
        .extracting(RecordValue::value)
        .containsExactly(10, -10);
    WriteOptions stale = WriteOptions.defaults().withIfVersion(RecordVersion.NONE);
    CommandException late =
        Outcomes.failure(
            other.transaction(
                transaction -> {
                  transaction.write("till/a", 20);
                  transaction.write("till/b", -20, stale);
                }));
    String apart =
        Outcomes.code(
            client.transaction(
                transaction -> {
                  transaction.write("till/a", 20);
                  transaction.write("doc:1", 20);
                }));

    assertThat(first.get("till/b")).isEqualTo(b.version());
    assertThat(late.code()).isEqualTo("ECONFLICT");
    assertThat(late.data().orElseThrow().path("recordId").asText()).isEqualTo("till/b");
    assertThat(apart).isEqualTo("EBADREQUEST");
    assertThat(Outcomes.result(client.records().get("till/a", Integer.class)).version())
        .isEqualTo(first.get("till/a"));
  }

  @Test
  void clientsOfTheGenerationThatHasTransactionsDoToo() throws Exception {
    try (MeshClient old =
        MeshClient.builder("ws://127.0.0.1:" + node(1).port())
            .generation(Generation.REALTIME)
            .build()) {
      Outcomes.result(old.connect());

      Map<String, RecordVersion> done =
          Outcomes.result(
              old.transaction(
                  transaction -> {
                    transaction.write("till/a", 10);
                    transaction.delete("till/b");
                  }));

      assertThat(done)
          .isEqualTo(Map.of("till/a", new RecordVersion(1, ""), "till/b", RecordVersion.NONE));
      assertThat(Outcomes.code(old.transaction(transaction -> transaction.write("other", 1))))
          .isEqualTo("ETXN");
    }
  }

  @Test
  void whatIsNotExposedIsRefused() throws Exception {
    MeshClient client = client(0);

    assertThat(Outcomes.code(client.subscribeRecord("secret", JsonNode.class, update -> {})))
        .isEqualTo("EACCESS");
    assertThat(Outcomes.code(client.publishRecordUpdate("bank/a", 1))).isEqualTo("EACCESS");
    assertThat(Outcomes.code(client.records().get("secret", JsonNode.class))).isEqualTo("EACCESS");
  }

  @Test
  void deletionIsToldAndTheNextVersionContinues() throws Exception {
    MeshClient client = client(0);
    Log<Integer> log = new Log<>();
    write(0, "doc:1", 1);
    follow(client, "doc:1", Integer.class, log, RecordMode.FULL);

    Outcomes.result(node(1).deleteRecord("doc:1"));
    log.awaitReason(Reason.DELETED);
    write(1, "doc:1", 2);
    Log<Integer> again = new Log<>();
    follow(client, "doc:1", Integer.class, again, RecordMode.FULL);

    again.awaitValue(2);
    assertThat(again.versions()).containsExactly(2L);
    assertThat(log.versions()).containsExactly(1L, 1L);
  }

  @Test
  void revokedIsTheEnd() throws Exception {
    MeshClient client = client(1);
    Log<Integer> log = new Log<>();
    RecordSubscription<Integer> subscription =
        follow(client, "doc:1", Integer.class, log, RecordMode.FULL);

    Outcomes.result(
        node(0).records().revokeConnection(client.connectionId().orElseThrow(), "doc:1"));

    await().until(() -> log.ended);
    assertThat(subscription.isLive()).isFalse();
  }

  @Test
  void slowListenerEndsWithTheNewestAndHoldsNobody() throws Exception {
    MeshClient client = client(0);
    CountDownLatch goOn = new CountDownLatch(1);
    Log<Integer> slow =
        new Log<>() {
          @Override
          public void onUpdate(RecordUpdate<Integer> update) throws Exception {
            goOn.await();
            super.onUpdate(update);
          }
        };
    Log<Integer> quick = new Log<>();
    Outcomes.result(
        client.subscribeRecord(
            "doc:1",
            Integer.class,
            slow,
            RecordMode.FULL,
            RecordOptions.defaults().withMaxWaitingUpdates(4)));
    follow(client, "doc:1", Integer.class, quick, RecordMode.FULL);

    for (int n = 1; n <= 200; n++) {
      write(1, "doc:1", n);
    }
    quick.awaitValue(200);
    goOn.countDown();

    slow.awaitValue(200);
    assertThat(slow.updates).hasSizeLessThan(8);
    assertThat(slow.versions()).isSorted();
  }
}
