// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.ClientRig.failure;
import static io.meshrt.client.fake.RecordFrames.call;
import static io.meshrt.client.fake.RecordFrames.deleted;
import static io.meshrt.client.fake.RecordFrames.full;
import static io.meshrt.client.fake.RecordFrames.part;
import static io.meshrt.client.fake.RecordFrames.patch;
import static io.meshrt.client.fake.RecordFrames.revoked;
import static io.meshrt.client.fake.RecordFrames.set;
import static io.meshrt.client.fake.RecordFrames.subscribing;
import static io.meshrt.client.fake.RecordFrames.unchanged;
import static io.meshrt.client.fake.RecordFrames.update;
import static io.meshrt.client.fake.RecordFrames.updates;
import static io.meshrt.client.fake.RecordFrames.value;
import static io.meshrt.client.fake.RecordFrames.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.fake.RecordFrames;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.client.record.RecordValue;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.client.record.WriteOptions;
import io.meshrt.client.record.WriteStrategy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class RecordTest {
  private final ClientRig rig = new ClientRig();
  private final FakeSocket socket = rig.connected();
  private final RecordLog<JsonNode> log = new RecordLog<>();

  /** What a record may hold. */
  record Product(String name, int stock) {}

  @Test
  void fullValuesAreToldFromTheFirstOn() {
    RecordSubscription<JsonNode> subscription = subscribed(RecordMode.FULL, "{\"n\":1}", 4);

    socket.receive(update(full("r", "{\"n\":2}", 5)));
    socket.receive(update(full("other", "{\"n\":9}", 5)));

    assertThat(log.told).containsExactly("initial {\"n\":1}@4", "update {\"n\":2}@5");
    assertThat(subscription.current().version()).isEqualTo(new RecordVersion(5, "s5"));
    assertThat(subscription.isLive()).isTrue();
  }

  @Test
  void patchesAreAppliedAndToldWithTheValue() {
    subscribed(RecordMode.PATCH, "{\"n\":1}", 4);

    socket.receive(update(patch("r", set("m", 2), 4, 5)));
    socket.receive(update(full("r", "[7]", 6)));
    socket.receive(update(patch("r", set("-", 8), 6, 9)));

    assertThat(log.told)
        .containsExactly(
            "initial {\"n\":1}@4",
            "update {\"n\":1,\"m\":2}@5 by 1",
            "update [7]@6",
            "update [7,8]@9 by 1");
  }

  @Test
  void recordThatIsNotThereYetIsNull() {
    RecordSubscription<JsonNode> subscription = subscribed(RecordMode.PATCH, "null", 0);
    assertThat(subscription.value()).isEqualTo(log.updates.get(0).value());

    socket.receive(update(patch("r", set("n", 1), 0, 1)));

    assertThat(log.told).containsExactly("initial null@0", "update {\"n\":1}@1 by 1");
  }

  @Test
  void valuesHaveTypesAndBelongToWhoGetsThem() {
    RecordLog<Product> products = new RecordLog<>();
    RecordSubscription<JsonNode> trees = subscribed(RecordMode.PATCH, "{}", 4);
    rig.run(rig.client.subscribeRecord("r", Product.class, products));

    socket.receive(update(full("r", "{\"name\":\"nut\",\"stock\":3}", 5)));
    ((ObjectNode) log.updates.get(1).value()).removeAll();
    socket.receive(update(patch("r", set("stock", 2), 5, 6)));
    socket.receive(update(patch("r", set("stock", "\"none\""), 6, 7)));

    assertThat(products.updates.get(2).value()).isEqualTo(new Product("nut", 2));
    assertThat(products.updates.get(2).patch()).isEmpty();
    assertThat(products.updates).hasSize(3);
    assertThat(rig.errors.get(0).subject()).isEqualTo(ClientError.Subject.RECORD);
    assertThat(trees.value()).hasToString("{\"name\":\"nut\",\"stock\":\"none\"}");
  }

  @Test
  void numbersStayAsTheyCame() {
    subscribed(RecordMode.PATCH, "{\"a\":1.10}", 4);
    RecordSubscription<Object> other = also(Object.class);

    socket.receive(update(patch("r", set("b", "12345678901234567890"), 4, 5)));

    assertThat(String.valueOf(other.value())).isEqualTo("{a=1.1, b=12345678901234567890}");
  }

  @Test
  void listenersShareOneSubscriptionUntilTheLastIsClosed() {
    RecordSubscription<JsonNode> first = subscribed(RecordMode.PATCH, "1", 4);
    RecordSubscription<Integer> second = also(Integer.class);
    assertThat(socket.takeSent()).isEmpty();

    first.close();
    rig.loop.run();
    assertThat(socket.takeSent()).isEmpty();
    second.close();
    rig.loop.run();

    assertThat(socket.takeOne()).isEqualTo(call(2, "unsubscribe-record", ""));
    socket.receive(update(full("r", "2", 5)));
    assertThat(log.told).containsExactly("initial 1@4");
  }

  @Test
  void oneWhoWantsPatchesMakesPatchesTravel() {
    RecordSubscription<JsonNode> first = subscribed(RecordMode.FULL, "{}", 4);
    RecordLog<JsonNode> patches = new RecordLog<>();

    rig.run(rig.client.subscribeRecord("r", patches, RecordMode.PATCH));
    assertThat(socket.takeOne()).isEqualTo(RecordFrames.resuming(2, "patch", 4));
    assertThat(first.isLive()).isFalse();
    socket.receive(unchanged(2, 4));
    socket.receive(update(patch("r", set("n", 1), 4, 5)));

    assertThat(first.isLive()).isTrue();
    assertThat(log.told).containsExactly("initial {}@4", "update {\"n\":1}@5");
    assertThat(patches.told).containsExactly("initial {}@4", "update {\"n\":1}@5 by 1");
  }

  @Test
  void unsubscribeEndsAllOfARecord() {
    subscribed(RecordMode.FULL, "1", 4);
    also(Integer.class);

    CompletableFuture<Boolean> was = rig.run(rig.client.unsubscribeRecord("r"));
    assertThat(socket.takeOne()).isEqualTo(call(2, "unsubscribe-record", ""));
    socket.receive(update(full("r", "2", 5)));
    socket.receive(Frames.reply(2, "true"));

    assertThat(was).isCompletedWithValue(true);
    assertThat(log.told).containsExactly("initial 1@4");
    assertThat(rig.run(rig.client.unsubscribeRecord("r"))).isCompletedWithValue(false);
  }

  @Test
  void refusedSubscriptionFails() {
    CompletableFuture<?> subscribed =
        rig.run(rig.client.subscribeRecord("r", log, RecordMode.FULL));

    socket.receive(Frames.failure(1, "EACCESS", "no"));

    assertFailed(subscribed, "EACCESS");
    assertThat(log.told).isEmpty();
  }

  @Test
  void deletedIsToldAndEndsTheSubscription() {
    RecordSubscription<JsonNode> subscription = subscribed(RecordMode.FULL, "1", 4);

    socket.receive(deleted(4));
    socket.receive(update(full("r", "2", 5)));

    assertThat(log.told).containsExactly("initial 1@4", "deleted null@4");
    assertThat(subscription.isLive()).isFalse();
    assertThat(socket.takeSent()).isEmpty();
    subscribedAgain("3", 6);
    assertThat(log.told).endsWith("initial 3@6");
  }

  @Test
  void revokedIsTold() {
    RecordSubscription<JsonNode> subscription = subscribed(RecordMode.FULL, "1", 4);

    socket.receive(revoked());

    assertThat(log.told).containsExactly("initial 1@4", "ended");
    assertThat(subscription.isLive()).isFalse();
    assertFailed(rig.run(subscription.update(value -> value)), "EACCESS");
  }

  @Test
  void writesSayHowAndUponWhat() {
    CompletableFuture<RecordVersion> plain =
        rig.run(rig.client.publishRecordUpdate("r", Map.of("n", 1)));
    rig.run(
        rig.client.publishRecordUpdate(
            "r", 2, WriteOptions.defaults().withStrategy(WriteStrategy.DEEP_MERGE)));
    CompletableFuture<RecordVersion> upon =
        rig.run(
            rig.client.publishRecordUpdate(
                "r", null, WriteOptions.defaults().withIfVersion(new RecordVersion(4, "s4"))));

    assertThat(socket.takeSent())
        .containsExactly(
            call(1, "publish-record-update", ",\"newValue\":{\"n\":1}"),
            call(
                2,
                "publish-record-update",
                ",\"newValue\":2,\"options\":{\"strategy\":\"deepMerge\"}"),
            RecordFrames.writing(3, "null", 4));
    socket.receive(written(1, 5));
    socket.receive(RecordFrames.conflict(3));
    assertThat(plain.join()).isEqualTo(new RecordVersion(5, "s5"));
    assertFailed(upon, "ECONFLICT");
  }

  @Test
  void recordIsReadWithoutFollowingIt() {
    CompletableFuture<RecordValue<Product>> read =
        rig.run(rig.client.records().get("r", Product.class));
    assertThat(socket.takeOne()).isEqualTo(call(1, "get-record", ""));

    socket.receive(value(1, "{\"name\":\"nut\",\"stock\":3}", 4));

    assertThat(read.join())
        .isEqualTo(new RecordValue<>(new Product("nut", 3), new RecordVersion(4, "s4")));
  }

  @Test
  void whatIsToldTogetherIsSeenTogether() {
    RecordSubscription<JsonNode> one = subscribed(RecordMode.PATCH, "{\"n\":10}", 4);
    CompletableFuture<RecordSubscription<JsonNode>> asked =
        rig.run(rig.client.subscribeRecord("q", new RecordLog<>(), RecordMode.PATCH));
    socket.receive(value(2, "{\"n\":0}", 7));
    RecordSubscription<JsonNode> two = asked.join();
    assertThat(sum(one, two)).isEqualTo(10);

    socket.receive(updates(List.of(patch("r", set("n", 8), 4, 5), patch("q", set("n", 2), 7, 8))));

    assertThat(one.value()).hasToString("{\"n\":8}");
    assertThat(sum(one, two)).isEqualTo(10);
  }

  @Test
  void partsOfOneGroupWaitForTheLastOfThem() {
    RecordSubscription<JsonNode> one = subscribed(RecordMode.PATCH, "{\"n\":10}", 4);
    CompletableFuture<RecordSubscription<JsonNode>> asked =
        rig.run(rig.client.subscribeRecord("q", new RecordLog<>(), RecordMode.PATCH));
    socket.receive(value(2, "{\"n\":0}", 7));
    RecordLog<JsonNode> other = new RecordLog<>();
    rig.run(rig.client.subscribeRecord("z", other, RecordMode.PATCH));
    socket.receive(value(3, "{}", 1));

    socket.receive(part(1, List.of(patch("r", set("n", 8), 4, 5)), true));
    socket.receive(part(2, List.of(patch("z", set("n", 1), 1, 2)), true));
    socket.receive(part(2, List.of(), false));
    socket.receive(updates(List.of(patch("z", set("n", 2), 2, 3))));
    assertThat(sum(one, asked.join())).isEqualTo(10);
    assertThat(log.told).hasSize(1);
    assertThat(other.told).hasSize(3);
    socket.receive(part(1, List.of(patch("q", set("n", 2), 7, 8)), false));

    assertThat(one.value()).hasToString("{\"n\":8}");
    assertThat(sum(one, asked.join())).isEqualTo(10);
  }

  @Test
  void snapshotIsEmptyWhileSomethingIsReadAgain() {
    RecordSubscription<JsonNode> one = subscribed(RecordMode.PATCH, "{\"n\":10}", 4);
    assertThat(rig.client.records().snapshot(List.of(one))).isPresent();

    socket.receive(update(patch("r", set("n", 1), 5, 6)));
    assertThat(rig.client.records().snapshot(List.of(one))).isEmpty();

    ClientRig other = new ClientRig();
    assertThatThrownBy(() -> other.client.records().snapshot(List.of(one)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void idsAreChecked() {
    assertThat(failure(rig.client.subscribeRecord("", log, RecordMode.FULL)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(failure(rig.client.publishRecordUpdate("a\nb", 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private int sum(RecordSubscription<JsonNode> one, RecordSubscription<JsonNode> two) {
    return rig.client.records().snapshot(List.of(one, two)).orElseThrow().stream()
        .mapToInt(read -> read.value().path("n").intValue())
        .sum();
  }

  private <T> RecordSubscription<T> also(Class<T> type) {
    return rig.run(rig.client.subscribeRecord("r", type, update -> {})).join();
  }

  private RecordSubscription<JsonNode> subscribed(RecordMode mode, String value, long version) {
    CompletableFuture<RecordSubscription<JsonNode>> subscribed =
        rig.run(rig.client.subscribeRecord("r", log, mode));
    String name = mode == RecordMode.PATCH ? "patch" : "full";
    assertThat(socket.takeOne()).isEqualTo(subscribing(1, name));
    socket.receive(value(1, value, version));
    return subscribed.join();
  }

  private void subscribedAgain(String value, long version) {
    rig.run(rig.client.subscribeRecord("r", log, RecordMode.FULL));
    assertThat(socket.takeOne()).isEqualTo(subscribing(2, "full"));
    socket.receive(value(2, value, version));
  }
}
