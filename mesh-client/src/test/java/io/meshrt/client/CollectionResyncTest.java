// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.fake.CollectionFrames.answer;
import static io.meshrt.client.fake.CollectionFrames.diff;
import static io.meshrt.client.fake.CollectionFrames.revoked;
import static io.meshrt.client.fake.CollectionFrames.subscribing;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.collection.CollectionMember;
import io.meshrt.client.collection.CollectionOptions;
import io.meshrt.client.collection.CollectionSubscription;
import io.meshrt.client.collection.CollectionUpdate;
import io.meshrt.client.fake.CollectionFrames.Diff;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class CollectionResyncTest {
  private final ClientRig rig = new ClientRig();
  private final FakeSocket socket = rig.connected();
  private final CollectionLog<JsonNode> log = new CollectionLog<>();
  private final ArrayDeque<Runnable> callbacks = new ArrayDeque<>();
  private final AtomicBoolean busy = new AtomicBoolean();

  static Stream<Diff> diffsThatDoNotFit() {
    return Stream.of(
        diff(5, 6).removed("a"),
        diff(3, 5).removed("a"),
        diff(4, 5).added("x=1@1", 3),
        diff(4, 5).added("x=1@1", 1).added("y=1@1", 1));
  }

  @ParameterizedTest
  @MethodSource("diffsThatDoNotFit")
  void whatDoesNotFitHasTheCollectionReadAgainOnce(Diff misfit) {
    CollectionSubscription<JsonNode> subscription = subscribed(4, "a=1@1", "b=2@1");

    socket.receive(misfit.toString());
    assertThat(socket.takeOne()).isEqualTo(subscribing(2));
    assertThat(subscription.isLive()).isFalse();
    socket.receive(misfit.toString());
    socket.receive(diff(6, 7).removed("b").toString());
    assertThat(socket.takeSent()).isEmpty();
    socket.receive(answer(2, 7, "b=2@1", "c=3@1"));
    socket.receive(diff(7, 8).removed("b").toString());

    assertThat(log.told)
        .containsExactly(
            "initial [a=1@1, b=2@1] +a +b v4",
            "resync [b=2@1, c=3@1] +c -a=1@1 v7",
            "update [c=3@1] -b=2@1 v8");
    assertThat(subscription.isLive()).isTrue();
  }

  @Test
  void reconnectTellsTheDifferenceOnce() {
    CollectionSubscription<JsonNode> subscription = subscribed(4, "a=1@1", "b=2@1");

    FakeSocket next = rig.reconnected(socket);
    assertThat(next.takeOne()).isEqualTo(subscribing(1));
    assertThat(subscription.isLive()).isFalse();
    assertThat(CollectionLog.shown(subscription.members())).containsExactly("a=1@1", "b=2@1");
    next.receive(answer(1, 1, true, "c=1@1", "a=5@2"));
    assertThat(subscription.isLive()).isFalse();
    next.receive(diff(1, 1).added("d=1@1", 2).toString());
    FakeSocket third = rig.reconnected(next);
    third.receive(answer(1, 9, "c=1@1", "a=5@2", "d=1@1"));
    assertThat(subscription.version()).isEqualTo(9);
    third.receive(diff(9, 10).removed("c").toString());

    assertThat(log.told)
        .containsExactly(
            "initial [a=1@1, b=2@1] +a +b v4",
            "resync [c=1@1, a=5@2, d=1@1] +c +d ~a -b=2@1 v1",
            "update [a=5@2, d=1@1] -c=1@1 v10");
  }

  @Test
  void anotherOrderIsToldToo() {
    subscribed(4, "a=1@1", "b=2@1");

    FakeSocket next = rig.reconnected(socket);
    next.receive(answer(1, 1, "b=2@1", "a=1@1"));

    assertThat(log.told).endsWith("resync [b=2@1, a=1@1] v1");
  }

  @Test
  void connectionLostBetweenPagesIsReadAgainOnTheNext() {
    rig.run(rig.client.subscribeCollection("c", log));
    socket.receive(answer(1, 5, true, "a=1@1"));
    socket.receive(diff(5, 5).added("b=1@1", 1).more().toString());

    FakeSocket next = rig.reconnected(socket);
    next.receive(answer(1, 2, "b=2@2"));

    assertThat(log.told).containsExactly("initial [b=2@2] +b v2");
  }

  @Test
  void lostPageHasTheCollectionReadAgain() {
    rig.run(rig.client.subscribeCollection("c", log));
    socket.takeSent();
    socket.receive(answer(1, 5, true, "a=1@1"));
    socket.receive(diff(6, 7).added("b=1@1", 1).toString());

    assertThat(socket.takeOne()).isEqualTo(subscribing(2));
    socket.receive(answer(2, 7, "a=1@1"));

    assertThat(log.told).containsExactly("initial [a=1@1] +a v7");
  }

  @Test
  void refusedAfterAReconnectIsTheEnd() {
    CollectionSubscription<JsonNode> subscription = subscribed(4, "a=1@1");

    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.failure(1, "ELIMIT", "too large by now"));

    assertThat(log.told).endsWith("ended ELIMIT");
    assertThat(subscription.isLive()).isFalse();
    assertThat(rig.errors.get(0).subject()).isEqualTo(ClientError.Subject.COLLECTION);
    assertThat(next.takeSent()).hasSize(1);
  }

  @Test
  void revocationBeforeTheAnswerIsDecidedByIt() {
    subscribed(4, "a=1@1");
    socket.receive(diff(5, 6).removed("a").toString());

    socket.receive(revoked("EACCESS"));
    assertThat(log.told).hasSize(1);
    socket.receive(Frames.failure(2, "EACCESS", "no"));

    assertThat(log.told).endsWith("ended EACCESS");
  }

  @Test
  void serverThatCannotAnswerIsAskedAgain() {
    subscribed(4, "a=1@1");

    FakeSocket next = rig.reconnected(socket);
    next.takeSent();
    next.receive(Frames.failure(1, "EUNAVAILABLE", "not now"));
    rig.loop.advance(Duration.ofSeconds(5));
    assertThat(next.takeOne()).isEqualTo(subscribing(2));
    next.receive(answer(2, 1));

    assertThat(log.told).endsWith("resync [] -a=1@1 v1");
  }

  @Test
  void slowListenerGetsOneDifferenceInPlaceOfWhatWaits() {
    FakeSocket its = subscribedAndBusy(1);

    change(its);
    runAll(callbacks);
    its.receive(diff(5, 6).removed("a").toString());
    its.receive(diff(6, 7).added("a=1@1", 0).toString());
    runAll(callbacks);

    assertThat(log.told)
        .containsExactly(
            "initial [a=1@1, b=1@1, z=1@1] +a +b +z v1", "update [a=1@1, b=3@3, z=1@1] ~b v5");
  }

  @Test
  void someUpdatesWaitForABusyListener() {
    FakeSocket its = subscribedAndBusy(2);

    change(its);
    runAll(callbacks);

    assertThat(log.told)
        .containsExactly(
            "initial [a=1@1, b=1@1, z=1@1] +a +b +z v1",
            "update [a=1@1, b=2@2, c=1@1, z=1@1] +c ~b v4",
            "update [a=1@1, b=3@3, z=1@1] ~b -c=1@1 v5");
  }

  private FakeSocket subscribedAndBusy(int maxWaiting) {
    ClientRig slow = new ClientRig(builder -> builder, task -> run(task, busy, callbacks));
    FakeSocket its = slow.connected();
    CollectionOptions options = CollectionOptions.defaults().withMaxWaitingUpdates(maxWaiting);
    slow.run(slow.client.subscribeCollection("c", JsonNode.class, log, options));
    its.receive(answer(1, 1, "a=1@1", "b=1@1", "z=1@1"));
    busy.set(true);
    return its;
  }

  private static void change(FakeSocket its) {
    its.receive(diff(1, 2).removed("a").changed("b=2@2", 0).toString());
    its.receive(diff(2, 3).added("c=1@1", 1).toString());
    its.receive(diff(3, 4).added("a=1@1", 0).toString());
    its.receive(diff(4, 5).removed("c").changed("b=3@3", 1).toString());
  }

  @Test
  void endBehindWhatWaitsIsToldLast() {
    ClientRig slow = new ClientRig(builder -> builder, task -> run(task, busy, callbacks));
    FakeSocket its = slow.connected();
    slow.run(slow.client.subscribeCollection("c", log));
    busy.set(true);

    its.receive(answer(1, 1, "a=1@1"));
    its.receive(diff(1, 2).removed("a").toString());
    its.receive(revoked("EACCESS"));
    runAll(callbacks);

    assertThat(log.told)
        .containsExactly("initial [a=1@1] +a v1", "update [] -a=1@1 v2", "ended EACCESS");
  }

  @Test
  void membersAndDifferencesAgreeWhateverComes() {
    for (int seed = 1; seed <= 200; seed++) {
      followAtRandom(new SplittableRandom(seed));
    }
  }

  /** A server that changes, loses pushes and connections, and a listener that is slow at times. */
  private static void followAtRandom(SplittableRandom random) {
    ArrayDeque<Runnable> callbacks = new ArrayDeque<>();
    AtomicBoolean busy = new AtomicBoolean();
    ClientRig client =
        new ClientRig(
            b -> b.reconnect(ReconnectPolicy.fixed(Duration.ofMillis(100))),
            task -> run(task, busy, callbacks));
    FakeSocket connection = client.connected();
    CollectionLog<JsonNode> heard = new CollectionLog<>();
    client.run(
        client.client.subscribeCollection(
            "c", JsonNode.class, heard, CollectionOptions.defaults().withMaxWaitingUpdates(3)));
    Model model = new Model();
    model.answerAll(connection);
    for (int step = 0; step < 60; step++) {
      int dice = random.nextInt(10);
      if (dice < 7) {
        String push = model.change(random);
        if (random.nextInt(8) > 0) {
          connection.receive(push);
        }
      } else if (dice == 7) {
        connection = client.reconnected(connection);
      } else {
        busy.set(!busy.get());
        runAll(callbacks);
      }
      model.answerAll(connection);
    }
    connection.receive(model.change(random));
    model.answerAll(connection);
    busy.set(false);
    runAll(callbacks);

    assertThat(client.errors).isEmpty();
    List<CollectionUpdate<JsonNode>> updates = heard.updates;
    assertThat(CollectionLog.shown(updates.get(updates.size() - 1).members()))
        .isEqualTo(model.members);
    assertDifferencesAddUp(updates);
  }

  private static void assertDifferencesAddUp(List<CollectionUpdate<JsonNode>> updates) {
    Map<String, CollectionMember<JsonNode>> replica = new HashMap<>();
    for (CollectionUpdate<JsonNode> update : updates) {
      update.removed().forEach(one -> assertThat(replica.remove(one.id())).isEqualTo(one));
      update.changed().forEach(one -> assertThat(replica.put(one.id(), one)).isNotEqualTo(one));
      update.added().forEach(one -> assertThat(replica.put(one.id(), one)).isNull());
      assertThat(replica.values()).containsExactlyInAnyOrderElementsOf(update.members());
    }
  }

  /** What the server has, and its version. */
  private static final class Model {
    final List<String> members = new ArrayList<>();
    private long version = 1;
    private int writes;

    /** A change, as a push. */
    String change(SplittableRandom random) {
      Diff diff = diff(version, version + 1);
      version++;
      writes++;
      int size = members.size();
      int place = size == 0 ? 0 : random.nextInt(size);
      boolean grow = size == 0 || (size < 6 && random.nextBoolean());
      if (!grow) {
        String id = members.remove(place).replaceAll("=.*", "");
        if (random.nextBoolean()) {
          return diff.removed(id).toString();
        }
        return diff.changed(put(random, id), members.indexOf(last)).toString();
      }
      return diff.added(put(random, "m" + writes), members.indexOf(last)).toString();
    }

    private String last = "";

    private String put(SplittableRandom random, String id) {
      last = "%s=%d@%d".formatted(id, writes, writes);
      members.add(random.nextInt(members.size() + 1), last);
      return last;
    }

    void answerAll(FakeSocket connection) {
      for (String frame : connection.takeSent()) {
        long id = Long.parseLong(frame.replaceAll(".*\"id\":(\\d+).*", "$1"));
        int first = members.size() / 2;
        String[] page = members.subList(0, first).toArray(new String[0]);
        connection.receive(answer(id, version, first < members.size(), page));
        if (first < members.size()) {
          Diff rest = diff(version, version);
          for (int i = first; i < members.size(); i++) {
            rest.added(members.get(i), i);
          }
          connection.receive(rest.toString());
        }
      }
    }
  }

  private static void run(Runnable task, AtomicBoolean busy, ArrayDeque<Runnable> callbacks) {
    if (busy.get()) {
      callbacks.add(task);
    } else {
      task.run();
    }
  }

  private static void runAll(ArrayDeque<Runnable> callbacks) {
    for (Runnable next = callbacks.poll(); next != null; next = callbacks.poll()) {
      next.run();
    }
  }

  private CollectionSubscription<JsonNode> subscribed(long version, String... members) {
    CompletableFuture<CollectionSubscription<JsonNode>> subscribed =
        rig.run(rig.client.subscribeCollection("c", log));
    assertThat(socket.takeOne()).isEqualTo(subscribing(1));
    socket.receive(answer(1, version, members));
    return subscribed.join();
  }
}
