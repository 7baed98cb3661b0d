// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.ClientRig.failure;
import static io.meshrt.client.fake.CollectionFrames.answer;
import static io.meshrt.client.fake.CollectionFrames.call;
import static io.meshrt.client.fake.CollectionFrames.diff;
import static io.meshrt.client.fake.CollectionFrames.reset;
import static io.meshrt.client.fake.CollectionFrames.revoked;
import static io.meshrt.client.fake.CollectionFrames.subscribing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.collection.CollectionMember;
import io.meshrt.client.collection.CollectionOptions;
import io.meshrt.client.collection.CollectionSubscription;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.fake.RecordFrames;
import io.meshrt.client.record.RecordVersion;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class CollectionTest {
  private final ClientRig rig = new ClientRig();
  private final FakeSocket socket = rig.connected();
  private final CollectionLog<JsonNode> log = new CollectionLog<>();

  /** What a record holds. */
  record Task(String name, int priority) {}

  @Test
  void whatIsThereIsToldAndThenEachChange() {
    CollectionSubscription<JsonNode> subscription = subscribed(7, "b=2@4", "a=1@3");

    socket.receive(diff(7, 8).added("c=3@1", 1).toString());
    socket.receive(diff(8, 9).changed("b=0@5", 2).toString());
    socket.receive(diff(9, 12).removed("a").added("d=4@1", 0).changed("c=9@2", 2).toString());

    assertThat(log.told)
        .containsExactly(
            "initial [b=2@4, a=1@3] +b +a v7",
            "update [b=2@4, c=3@1, a=1@3] +c v8",
            "update [c=3@1, a=1@3, b=0@5] ~b v9",
            "update [d=4@1, b=0@5, c=9@2] +d ~c -a=1@3 v12");
    assertThat(CollectionLog.shown(subscription.members()))
        .containsExactly("d=4@1", "b=0@5", "c=9@2");
    assertThat(subscription.version()).isEqualTo(12);
    assertThat(subscription.isLive()).isTrue();
    assertThat(subscription.collectionId()).isEqualTo("c");
    assertThat(log.updates.get(0).members().get(0).version()).isEqualTo(new RecordVersion(4, "s4"));
  }

  @Test
  void emptyCollectionIsToldToo() {
    subscribed(1);

    assertThat(log.told).containsExactly("initial [] v1");
  }

  @Test
  void pagesAreOne() {
    CompletableFuture<CollectionSubscription<JsonNode>> asked =
        rig.run(rig.client.subscribeCollection("c", log));
    socket.receive(answer(1, 5, true, "a=1@1", "b=2@1"));
    assertThat(asked.join().isLive()).isFalse();
    socket.receive(diff(5, 5).added("c=3@1", 2).more().toString());
    assertThat(log.told).isEmpty();
    socket.receive(diff(5, 5).added("d=4@1", 3).toString());

    assertThat(asked.join().isLive()).isTrue();
    socket.receive(diff(5, 6).removed("a").removed("b").more().toString());
    socket.receive(diff(6, 6).changed("d=0@2", 0).more().toString());
    socket.receive(diff(6, 6).added("e=5@1", 2).toString());

    assertThat(log.told)
        .containsExactly(
            "initial [a=1@1, b=2@1, c=3@1, d=4@1] +a +b +c +d v5",
            "update [d=0@2, c=3@1, e=5@1] +e ~d -a=1@1 -b=2@1 v6");
  }

  @Test
  void toldAnewOnlyTheDifferenceIsSaid() {
    subscribed(1, "a=1@1", "b=2@1");

    socket.receive(reset(300).added("b=2@1", 0).more().toString());
    socket.receive(diff(300, 300).added("c=3@1", 1).toString());

    assertThat(log.told).endsWith("resync [b=2@1, c=3@1] +c -a=1@1 v300");
  }

  @Test
  void recordPushesAreOfRecords() {
    subscribed(1, "r=1@1");

    socket.receive(RecordFrames.update(RecordFrames.full("r", "2", 2)));

    assertThat(log.told).hasSize(1);
  }

  @Test
  void valuesAreReadAsTheTypeAndKeptWhileTheyDoNotChange() {
    CollectionLog<Task> tasks = new CollectionLog<>();
    CompletableFuture<CollectionSubscription<Task>> asked =
        rig.run(rig.client.subscribeCollection("c", Task.class, tasks));
    socket.receive(answer(1, 1, "a={\"name\":\"x\",\"priority\":1}@1"));
    socket.receive(diff(1, 2).added("b={\"name\":\"y\",\"priority\":2}@1", 1).toString());

    CollectionMember<Task> first = tasks.updates.get(0).members().get(0);
    assertThat(first.value()).isEqualTo(new Task("x", 1));
    assertThat(tasks.updates.get(1).members().get(0)).isSameAs(first);
    assertThat(asked.join().members().get(1).value()).isEqualTo(new Task("y", 2));
    assertThatThrownBy(() -> tasks.updates.get(0).members().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void genericTypesAreRead() {
    CollectionLog<Map<String, Integer>> maps = new CollectionLog<>();
    rig.run(
        rig.client.subscribeCollection(
            "c", new TypeReference<Map<String, Integer>>() {}, maps, CollectionOptions.defaults()));
    socket.receive(answer(1, 1, "a={\"n\":1}@1", "b=null@2"));

    assertThat(maps.updates.get(0).members())
        .extracting(CollectionMember::value)
        .containsExactly(Map.of("n", 1), null);
  }

  @Test
  void whatDoesNotFitTheTypeIsReportedAndLeftOut() {
    CollectionLog<Integer> numbers = new CollectionLog<>();
    CompletableFuture<CollectionSubscription<Integer>> asked =
        rig.run(rig.client.subscribeCollection("c", Integer.class, numbers));
    socket.receive(answer(1, 1, "a=1@1", "b=\"x\"@1", "c=\"y\"@1"));

    assertThat(numbers.told).containsExactly("initial [a=1@1] +a v1");
    assertThat(rig.errors).hasSize(1);
    assertThat(rig.errors.get(0).subject()).isEqualTo(ClientError.Subject.COLLECTION);
    assertThat(rig.errors.get(0).message()).startsWith("record b: ");
    socket.receive(diff(1, 2).changed("b=2@2", 1).toString());
    socket.receive(diff(2, 3).changed("a=\"z\"@2", 0).toString());
    socket.receive(diff(3, 4).removed("c").toString());

    assertThat(numbers.told)
        .containsExactly(
            "initial [a=1@1] +a v1", "update [a=1@1, b=2@2] +b v2", "update [b=2@2] -a=1@1 v3");
    assertThat(CollectionLog.shown(asked.join().members())).containsExactly("b=2@2");
    assertThat(rig.errors).hasSize(2);
  }

  @Test
  void laterListenersShareTheSubscription() {
    CollectionSubscription<JsonNode> first = subscribed(1, "a=1@1");
    CollectionLog<JsonNode> later = new CollectionLog<>();

    CompletableFuture<CollectionSubscription<JsonNode>> second =
        rig.run(rig.client.subscribeCollection("c", later));
    assertThat(second).isCompleted();
    socket.receive(diff(1, 2).removed("a").toString());
    first.close();
    rig.loop.run();
    socket.receive(diff(2, 3).added("b=1@1", 0).toString());

    assertThat(later.told)
        .containsExactly("initial [a=1@1] +a v1", "update [] -a=1@1 v2", "update [b=1@1] +b v3");
    assertThat(log.told).hasSize(2);
    assertThat(first.isLive()).isFalse();
    assertThat(socket.takeSent()).isEmpty();
    second.join().close();
    rig.loop.run();
    assertThat(socket.takeOne()).isEqualTo(call(2, "unsubscribe-collection"));
  }

  @Test
  void oneWhoComesBetweenPagesIsToldWhenTheyAreWhole() {
    rig.run(rig.client.subscribeCollection("c", log));
    socket.receive(answer(1, 5, true, "a=1@1"));
    CollectionLog<JsonNode> later = new CollectionLog<>();

    rig.run(rig.client.subscribeCollection("c", later));
    assertThat(later.told).isEmpty();
    socket.receive(diff(5, 5).added("b=2@1", 1).toString());

    assertThat(later.told).containsExactly("initial [a=1@1, b=2@1] +a +b v5");
    assertThat(log.told).isEqualTo(later.told);
  }

  @Test
  void unsubscribeEndsAllOfACollection() {
    subscribed(1, "a=1@1");
    rig.run(rig.client.subscribeCollection("c", update -> {}));

    CompletableFuture<Boolean> was = rig.run(rig.client.unsubscribeCollection("c"));
    assertThat(socket.takeOne()).isEqualTo(call(2, "unsubscribe-collection"));
    socket.receive(diff(1, 2).removed("a").toString());
    socket.receive(Frames.reply(2, "true"));

    assertThat(was).isCompletedWithValue(true);
    assertThat(log.told).hasSize(1);
    assertThat(rig.run(rig.client.unsubscribeCollection("c"))).isCompletedWithValue(false);
  }

  @Test
  void oneWhoComesWhileTheLastGoesSubscribesAgain() {
    CollectionSubscription<JsonNode> first = subscribed(1, "a=1@1");
    first.close();
    rig.loop.run();
    assertThat(socket.takeOne()).isEqualTo(call(2, "unsubscribe-collection"));
    CollectionLog<JsonNode> later = new CollectionLog<>();

    rig.run(rig.client.subscribeCollection("c", later));
    socket.receive(diff(1, 2).removed("a").toString());
    socket.receive(Frames.reply(2, "true"));
    assertThat(socket.takeOne()).isEqualTo(subscribing(3));
    socket.receive(answer(3, 2));

    assertThat(later.told).containsExactly("initial [] v2");
  }

  @Test
  void refusedSubscriptionFails() {
    CompletableFuture<?> subscribed = rig.run(rig.client.subscribeCollection("c", log));

    socket.receive(Frames.failure(1, "EACCESS", "no"));

    assertFailed(subscribed, "EACCESS");
    assertThat(log.told).isEmpty();
  }

  @Test
  void cancelledSubscriptionIsGivenBack() {
    CompletableFuture<?> asked = rig.run(rig.client.subscribeCollection("c", log));

    asked.cancel(false);
    rig.loop.run();
    socket.takeSent();
    socket.receive(answer(1, 1, "a=1@1"));

    assertThat(socket.takeOne()).isEqualTo(call(2, "unsubscribe-collection"));
    assertThat(log.told).isEmpty();
  }

  @Test
  void revokedIsTold() {
    CollectionSubscription<JsonNode> subscription = subscribed(1, "a=1@1");

    socket.receive(revoked("ELIMIT"));
    socket.receive(diff(1, 2).removed("a").toString());

    assertThat(log.told).containsExactly("initial [a=1@1] +a v1", "ended ELIMIT");
    assertThat(subscription.isLive()).isFalse();
    assertThat(subscription.members()).isEmpty();
    assertThat(socket.takeSent()).isEmpty();
    CollectionLog<JsonNode> again = new CollectionLog<>();
    rig.run(rig.client.subscribeCollection("c", again));
    socket.receive(answer(2, 1, "a=1@1"));
    assertThat(again.told).containsExactly("initial [a=1@1] +a v1");
  }

  @Test
  void collectionLargerThanTheClientAllowsIsGivenUp() {
    ClientRig small =
        new ClientRig(b -> b.limits(ClientLimits.defaults().withMaxCollectionBytes(40)));
    FakeSocket its = small.connected();
    small.run(small.client.subscribeCollection("c", log));
    its.takeSent();
    its.receive(answer(1, 1, true, "a=\"12345678901234567\"@1"));
    its.receive(diff(1, 1).added("b=\"12345678901234567\"@1", 1).toString());
    assertThat(log.told).hasSize(1);

    its.receive(diff(1, 2).changed("b=\"123456789012345678\"@2", 1).toString());

    assertThat(log.told).hasSize(2).last().isEqualTo("ended ELIMIT");
    assertThat(its.takeOne()).isEqualTo(call(2, "unsubscribe-collection"));
    CollectionLog<JsonNode> again = new CollectionLog<>();
    small.run(small.client.subscribeCollection("c", again));
    its.receive(Frames.reply(2, "true"));
    its.receive(answer(3, 1, true, "a=\"12345678901234567\"@1"));
    its.receive(diff(1, 1).added("b=\"12345678901234567\"@1", 1).more().toString());
    assertThat(again.told).isEmpty();
    its.receive(diff(1, 1).added("d=\"123456789012345678\"@1", 2).more().toString());
    assertThat(again.told).containsExactly("ended ELIMIT");
  }

  @Test
  void listenerThatThrowsIsReportedAndHearsOn() {
    CollectionLog<JsonNode> later = new CollectionLog<>();
    rig.run(
        rig.client.subscribeCollection(
            "c",
            update -> {
              later.onUpdate(update);
              throw new IllegalStateException("no");
            }));
    socket.receive(answer(1, 1, "a=1@1"));
    socket.receive(diff(1, 2).removed("a").toString());

    assertThat(later.told).hasSize(2);
    assertThat(rig.errors).extracting(ClientError::name).containsExactly("c", "c");
  }

  @Test
  void idsAreChecked() {
    assertThat(failure(rig.client.subscribeCollection("", log)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CollectionOptions.defaults().withMaxWaitingUpdates(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private CollectionSubscription<JsonNode> subscribed(long version, String... members) {
    CompletableFuture<CollectionSubscription<JsonNode>> subscribed =
        rig.run(rig.client.subscribeCollection("c", log));
    assertThat(socket.takeOne()).isEqualTo(subscribing(1));
    socket.receive(answer(1, version, members));
    return subscribed.join();
  }
}
