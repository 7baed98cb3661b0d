// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.fake.RecordFrames.full;
import static io.meshrt.client.fake.RecordFrames.part;
import static io.meshrt.client.fake.RecordFrames.patch;
import static io.meshrt.client.fake.RecordFrames.resuming;
import static io.meshrt.client.fake.RecordFrames.set;
import static io.meshrt.client.fake.RecordFrames.subscribing;
import static io.meshrt.client.fake.RecordFrames.unchanged;
import static io.meshrt.client.fake.RecordFrames.update;
import static io.meshrt.client.fake.RecordFrames.updates;
import static io.meshrt.client.fake.RecordFrames.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordOptions;
import io.meshrt.client.record.RecordSubscription;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class RecordResyncTest {
  private final ClientRig rig = new ClientRig();
  private final FakeSocket socket = rig.connected();
  private final RecordLog<JsonNode> log = new RecordLog<>();

  static Stream<String> patchesThatDoNotFit() {
    return Stream.of(
        patch("r", set("m", 1), 5, 6),
        patch("r", set("m", 1), 3, 5),
        patch("r", set("a/b", 1), 4, 5),
        patch("r", "7", 4, 5),
        patch("r", set("m", 1), 4, 3));
  }

  @ParameterizedTest
  @MethodSource("patchesThatDoNotFit")
  void whatDoesNotFitHasTheRecordReadAgainOnce(String misfit) {
    RecordSubscription<JsonNode> subscription = subscribed("{\"n\":1}", 4);

    socket.receive(update(misfit));
    assertThat(socket.takeOne()).isEqualTo(resuming(2, "patch", 4));
    assertThat(subscription.isLive()).isFalse();
    socket.receive(update(misfit));
    socket.receive(update(full("r", "{\"n\":6}", 6)));
    assertThat(socket.takeSent()).isEmpty();
    socket.receive(value(2, "{\"n\":7}", 7));
    socket.receive(update(patch("r", set("n", 8), 7, 8)));

    assertThat(log.told)
        .containsExactly("initial {\"n\":1}@4", "resync {\"n\":7}@7", "update {\"n\":8}@8 by 1");
    assertThat(subscription.isLive()).isTrue();
  }

  @Test
  void oneOfSeveralThatDoesNotFitHoldsNobodyElse() {
    subscribed("{\"n\":1}", 4);
    RecordLog<JsonNode> other = new RecordLog<>();
    rig.run(rig.client.subscribeRecord("q", other, RecordMode.PATCH));
    socket.receive(value(2, "{}", 1));
    socket.takeSent();

    socket.receive(updates(List.of(patch("r", set("n", 1), 9, 10), patch("q", set("n", 1), 1, 2))));

    assertThat(other.told).containsExactly("initial {}@1", "update {\"n\":1}@2 by 1");
    assertThat(socket.takeOne()).isEqualTo(resuming(3, "patch", 4));
  }

  @Test
  void afterAReconnectTheRecordIsAskedForByVersion() {
    RecordSubscription<JsonNode> subscription = subscribed("{\"n\":1}", 4);
    socket.receive(update(patch("r", set("n", 2), 4, 5)));

    FakeSocket next = rig.reconnected(socket);
    assertThat(next.takeOne()).isEqualTo(resuming(1, "patch", 5));
    assertThat(subscription.isLive()).isFalse();
    next.receive(unchanged(1, 5));
    next.receive(update(patch("r", set("n", 3), 5, 6)));
    FakeSocket third = rig.reconnected(next);
    third.receive(value(1, "{\"n\":9}", 9));

    assertThat(log.told)
        .containsExactly(
            "initial {\"n\":1}@4",
            "update {\"n\":2}@5 by 1",
            "update {\"n\":3}@6 by 1",
            "resync {\"n\":9}@9");
  }

  @Test
  void serverThatLostDataIsBelieved() {
    subscribed("{\"n\":1}", 4);

    FakeSocket next = rig.reconnected(socket);
    next.receive(
        Frames.reply(
            1, "{\"success\":true,\"record\":{\"n\":0},\"version\":4,\"stamp\":\"other\"}"));

    assertThat(log.told).containsExactly("initial {\"n\":1}@4", "resync {\"n\":0}@4");
  }

  @Test
  void connectionLostWhileReadingAgainIsReadAgainOnTheNext() {
    subscribed("{\"n\":1}", 4);
    socket.receive(update(patch("r", set("n", 1), 8, 9)));

    FakeSocket next = rig.reconnected(socket);
    assertThat(next.takeOne()).isEqualTo(resuming(1, "patch", 4));
    next.receive(value(1, "{\"n\":9}", 9));

    assertThat(log.told).containsExactly("initial {\"n\":1}@4", "resync {\"n\":9}@9");
  }

  @Test
  void refusedAfterAReconnectIsTheEnd() {
    RecordSubscription<JsonNode> subscription = subscribed("1", 4);

    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.failure(1, "EACCESS", "not any more"));

    assertThat(log.told).containsExactly("initial 1@4", "ended");
    assertThat(subscription.isLive()).isFalse();
    assertThat(rig.errors.get(0).subject()).isEqualTo(ClientError.Subject.RECORD);
  }

  @Test
  void serverThatCannotAnswerIsAskedAgain() {
    subscribed("1", 4);

    FakeSocket next = rig.reconnected(socket);
    next.takeSent();
    next.receive(Frames.failure(1, "EUNAVAILABLE", "not now"));
    rig.loop.advance(Duration.ofSeconds(5));
    assertThat(next.takeOne()).isEqualTo(resuming(2, "patch", 4));
    next.receive(value(2, "2", 5));

    assertThat(log.told).containsExactly("initial 1@4", "resync 2@5");
  }

  @Test
  void halfOfWhatBelongsTogetherIsForgottenWithItsConnection() {
    subscribed("{\"n\":1}", 4);
    socket.receive(part(1, List.of(patch("r", set("n", 2), 4, 5)), true));

    FakeSocket next = rig.reconnected(socket);
    next.receive(unchanged(1, 4));
    next.receive(part(1, List.of(patch("r", set("n", 3), 4, 5)), false));

    assertThat(log.told).containsExactly("initial {\"n\":1}@4", "update {\"n\":3}@5 by 1");
  }

  @Test
  void slowListenerGetsTheNewestInPlaceOfWhatWaits() {
    ArrayDeque<Runnable> callbacks = new ArrayDeque<>();
    AtomicBoolean busy = new AtomicBoolean();
    ClientRig slow =
        new ClientRig(
            builder -> builder,
            task -> {
              if (busy.get()) {
                callbacks.add(task);
              } else {
                task.run();
              }
            });
    FakeSocket its = slow.connected();
    RecordOptions two = RecordOptions.defaults().withMaxWaitingUpdates(2);
    RecordLog<JsonNode> fulls = new RecordLog<>();
    slow.run(slow.client.subscribeRecord("r", JsonNode.class, log, RecordMode.PATCH, two));
    slow.run(slow.client.subscribeRecord("r", JsonNode.class, fulls, RecordMode.FULL, two));
    its.receive(value(1, "{\"n\":0}", 10));
    busy.set(true);

    for (int n = 1; n <= 9; n++) {
      its.receive(update(patch("r", set("n", n), 9 + n, 10 + n)));
    }
    runAll(callbacks);
    for (int n = 10; n <= 79; n++) {
      its.receive(update(patch("r", set("n", n), 9 + n, 10 + n)));
    }
    runAll(callbacks);

    assertThat(log.told)
        .containsExactly(
            "initial {\"n\":0}@10",
            "update {\"n\":9}@19 by 9",
            "update {\"n\":78}@88",
            "update {\"n\":79}@89 by 1");
    assertThat(fulls.updates).hasSizeLessThan(6);
  }

  @Test
  void replicaFollowsWhateverComesInWhateverWay() {
    for (int seed = 1; seed <= 200; seed++) {
      followAtRandom(new SplittableRandom(seed));
    }
  }

  /** A server that writes, loses pushes and connections, and answers at some time. */
  private void followAtRandom(SplittableRandom random) {
    ClientRig client =
        new ClientRig(b -> b.reconnect(ReconnectPolicy.fixed(Duration.ofMillis(100))));
    FakeSocket connection = client.connected();
    RecordLog<JsonNode> heard = new RecordLog<>();
    client.run(client.client.subscribeRecord("r", heard, RecordMode.PATCH));
    connection.receive(value(1, "{\"n\":1}", 1));
    connection.takeSent();
    long version = 1;
    long sent = 1;
    boolean lost = false;
    for (int step = 0; step < 40; step++) {
      int dice = random.nextInt(10);
      if (dice < 6) {
        version++;
        boolean lose = random.nextInt(6) == 0;
        if (!lose) {
          connection.receive(
              update(patch("r", set("n", version), lost ? sent + 1 : sent, version)));
          sent = version;
        }
        lost |= lose;
      } else if (dice < 8) {
        connection = client.reconnected(connection);
        lost = false;
      }
      sent = answer(connection, version, sent);
    }
    connection.receive(update(full("r", "{\"n\":" + version + "}", version)));
    answer(connection, version, sent);

    assertThat(heard.told.get(heard.told.size() - 1))
        .contains("{\"n\":" + version + "}@" + version);
  }

  private static long answer(FakeSocket connection, long version, long sent) {
    long told = sent;
    for (String frame : connection.takeSent()) {
      if (frame.contains("subscribe-record")) {
        long id = Long.parseLong(frame.replaceAll(".*\"id\":(\\d+).*", "$1"));
        connection.receive(value(id, "{\"n\":" + version + "}", version));
        told = version;
      }
    }
    return told;
  }

  private static void runAll(ArrayDeque<Runnable> callbacks) {
    for (Runnable next = callbacks.poll(); next != null; next = callbacks.poll()) {
      next.run();
    }
  }

  private RecordSubscription<JsonNode> subscribed(String value, long version) {
    CompletableFuture<RecordSubscription<JsonNode>> subscribed =
        rig.run(rig.client.subscribeRecord("r", log, RecordMode.PATCH));
    assertThat(socket.takeOne()).isEqualTo(subscribing(1, "patch"));
    socket.receive(value(1, value, version));
    return subscribed.join();
  }
}
