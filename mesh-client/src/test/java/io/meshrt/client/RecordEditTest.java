// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.ClientRig.failure;
import static io.meshrt.client.fake.RecordFrames.call;
import static io.meshrt.client.fake.RecordFrames.conflict;
import static io.meshrt.client.fake.RecordFrames.deleted;
import static io.meshrt.client.fake.RecordFrames.full;
import static io.meshrt.client.fake.RecordFrames.resuming;
import static io.meshrt.client.fake.RecordFrames.unchanged;
import static io.meshrt.client.fake.RecordFrames.update;
import static io.meshrt.client.fake.RecordFrames.value;
import static io.meshrt.client.fake.RecordFrames.writing;
import static io.meshrt.client.fake.RecordFrames.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordOptions;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.client.record.RecordVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Updates upon a record that holds 5, of version 4. */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class RecordEditTest {
  private static final RecordVersion FIVE = new RecordVersion(5, "s5");

  private final ClientRig rig = new ClientRig();
  private final FakeSocket socket = rig.connected();
  private final RecordLog<Integer> log = new RecordLog<>();
  private final RecordSubscription<Integer> record = subscribed();

  @Test
  void updateIsSeenAtOnceAndConfirmedLater() {
    CompletableFuture<RecordVersion> done = record.update(n -> n + 1);
    assertThat(record.value()).isEqualTo(6);
    rig.loop.run();
    assertThat(socket.takeOne()).isEqualTo(writing(2, "6", 4));
    assertThat(done).isNotDone();

    socket.receive(written(2, 5));
    assertThat(done).isCompletedWithValue(FIVE);
    assertThat(record.current().version()).isEqualTo(FIVE);
    socket.receive(update(full("r", "6", 5)));

    assertThat(log.told).containsExactly("initial 5@4", "local 6@4", "update 6@5");
  }

  @Test
  void pushMayComeBeforeTheAnswer() {
    CompletableFuture<RecordVersion> done = rig.run(record.update(n -> n + 1));

    socket.receive(update(full("r", "6", 5)));
    assertThat(record.value()).isEqualTo(6);
    socket.receive(written(2, 5));

    assertThat(done).isCompletedWithValue(FIVE);
    assertThat(log.told).containsExactly("initial 5@4", "local 6@4", "update 6@5");
  }

  @Test
  void whatIsChangedWhileAWriteIsUnderWayGoesInTheNext() {
    List<CompletableFuture<RecordVersion>> done = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      done.add(rig.run(record.update(n -> n + 1)));
    }
    assertThat(record.value()).isEqualTo(9);
    assertThat(socket.takeOne()).isEqualTo(writing(2, "6", 4));

    socket.receive(written(2, 5));
    assertThat(socket.takeOne()).isEqualTo(writing(3, "9", 5));
    socket.receive(update(full("r", "6", 5)));
    assertThat(record.value()).isEqualTo(9);
    socket.receive(written(3, 6));

    assertThat(done.get(0)).isCompletedWithValue(FIVE);
    assertThat(done.get(3)).isCompletedWithValue(new RecordVersion(6, "s6"));
    assertThat(record.value()).isEqualTo(9);
    assertThat(log.told)
        .containsExactly(
            "initial 5@4", "local 6@4", "local 7@4", "local 8@4", "local 9@4", "update 9@5");
  }

  @Test
  void lateWriteRunsAgainOnWhatCameInstead() {
    CompletableFuture<RecordVersion> done = rig.run(record.update(n -> n + 1));
    socket.takeSent();

    socket.receive(update(full("r", "10", 5)));
    assertThat(record.value()).isEqualTo(11);
    socket.receive(conflict(2));
    assertThat(socket.takeOne()).isEqualTo(writing(3, "11", 5));
    socket.receive(written(3, 6));

    assertThat(done).isCompletedWithValue(new RecordVersion(6, "s6"));
    assertThat(log.told).containsExactly("initial 5@4", "local 6@4", "update 11@5");
  }

  @Test
  void lateWriteWaitsForThePushOfWhatCameInstead() {
    rig.run(record.update(n -> n + 1));
    socket.takeSent();

    socket.receive(conflict(2));
    assertThat(socket.takeSent()).isEmpty();
    socket.receive(update(full("r", "10", 5)));

    assertThat(socket.takeOne()).isEqualTo(writing(3, "11", 5));
  }

  @Test
  void pushThatDoesNotComeIsAskedFor() {
    rig.run(record.update(n -> n + 1));
    socket.takeSent();
    socket.receive(conflict(2));

    rig.loop.advance(Duration.ofSeconds(1));
    assertThat(socket.takeOne()).isEqualTo(resuming(3, "full", 4));
    socket.receive(value(3, "10", 5));

    assertThat(socket.takeOne()).isEqualTo(writing(4, "11", 5));
    assertThat(log.told).endsWith("resync 11@5");
  }

  @Test
  void sameValueOfSomebodyElseIsNotTakenForOnesOwn() {
    CompletableFuture<RecordVersion> done = rig.run(record.update(n -> n + 1));
    socket.takeSent();

    socket.receive(update(full("r", "6", 5)));
    socket.receive(conflict(2));
    assertThat(record.value()).isEqualTo(7);
    assertThat(socket.takeOne()).isEqualTo(writing(3, "7", 5));
    socket.receive(written(3, 6));

    assertThat(done).isCompletedWithValue(new RecordVersion(6, "s6"));
  }

  @Test
  void onlyTheFunctionThatThrowsFails() {
    CompletableFuture<RecordVersion> first = rig.run(record.update(n -> n + 1));
    CompletableFuture<RecordVersion> picky =
        rig.run(
            record.update(
                n -> {
                  if (n > 9) {
                    throw new IllegalStateException("too many: " + n);
                  }
                  return n + 100;
                }));
    CompletableFuture<RecordVersion> last = rig.run(record.update(n -> n * 2));
    assertThat(record.value()).isEqualTo(212);
    socket.takeSent();

    socket.receive(update(full("r", "10", 5)));
    socket.receive(conflict(2));
    assertThat(socket.takeOne()).isEqualTo(writing(3, "22", 5));
    socket.receive(written(3, 6));

    assertThat(failure(picky)).isInstanceOf(IllegalStateException.class).hasMessageEndingWith("11");
    assertThat(first).isCompletedWithValue(new RecordVersion(6, "s6"));
    assertThat(last).isCompletedWithValue(new RecordVersion(6, "s6"));
  }

  @Test
  void functionThatThrowsAtOnceChangesNothing() {
    CompletableFuture<RecordVersion> done =
        rig.run(
            record.update(
                n -> {
                  throw new IllegalArgumentException("no");
                }));

    assertThat(failure(done)).isInstanceOf(IllegalArgumentException.class);
    assertThat(log.told).containsExactly("initial 5@4");
    assertThat(socket.takeSent()).isEmpty();
  }

  @Test
  void functionThatThrowsWhileItsWriteIsUnderWayHasItsAnswer() {
    CompletableFuture<RecordVersion> done =
        rig.run(
            record.update(
                n -> {
                  if (n != 5) {
                    throw new IllegalStateException("only once");
                  }
                  return n + 1;
                }));
    socket.takeSent();

    socket.receive(update(full("r", "7", 6))); // what it wrote, and another write
    assertThat(done).isNotDone();
    socket.receive(written(2, 5));

    assertThat(done).isCompletedWithValue(FIVE);
    assertThat(record.value()).isEqualTo(7);
  }

  @Test
  void refusedIsTakenBack() {
    CompletableFuture<RecordVersion> done = rig.run(record.update(n -> n + 1));
    CompletableFuture<RecordVersion> next = rig.run(record.update(n -> n + 10));

    socket.receive(Frames.failure(2, "EACCESS", "read only"));
    socket.receive(Frames.failure(3, "EACCESS", "read only"));

    assertFailed(done, "EACCESS");
    assertFailed(next, "EACCESS");
    assertThat(record.value()).isEqualTo(5);
    assertThat(log.told).startsWith("initial 5@4", "local 6@4").endsWith("local 5@4");
  }

  @Test
  void oneThatIsTooLargeFailsAlone() {
    CompletableFuture<RecordVersion> first = rig.run(record.update(n -> n));
    CompletableFuture<RecordVersion> small = rig.run(record.update(n -> n + 1));
    CompletableFuture<RecordVersion> large = rig.run(record.update(n -> n + 1_000_000));
    socket.receive(written(2, 4));
    socket.takeSent();

    socket.receive(Frames.failure(3, "ETOOLARGE", "too large"));
    assertThat(socket.takeOne()).isEqualTo(writing(4, "6", 4));
    socket.receive(written(4, 5));
    assertThat(socket.takeOne()).isEqualTo(writing(5, "1000006", 5));
    socket.receive(Frames.failure(5, "ETOOLARGE", "too large"));

    assertThat(first).isCompletedWithValue(new RecordVersion(4, "s4"));
    assertThat(small).isCompletedWithValue(FIVE);
    assertFailed(large, "ETOOLARGE");
    assertThat(record.value()).isEqualTo(6);
  }

  @Test
  void lostAnswerIsSettledByWritingUponTheSameVersion() {
    CompletableFuture<RecordVersion> done = rig.run(record.update(n -> n + 1));

    FakeSocket next = rig.reconnected(socket);
    assertThat(next.takeSent()).containsExactly(resuming(1, "full", 4), writing(2, "6", 4));
    next.receive(unchanged(1, 4));
    next.receive(written(2, 5));

    assertThat(done).isCompletedWithValue(FIVE);
    assertThat(record.value()).isEqualTo(6);
  }

  @Test
  void lostAnswerThatCannotBeSettledIsAFailure() {
    CompletableFuture<RecordVersion> done = rig.run(record.update(n -> n + 1));
    CompletableFuture<RecordVersion> waiting = rig.run(record.update(n -> n + 10));

    FakeSocket next = rig.reconnected(socket);
    next.takeSent();
    next.receive(value(1, "6", 5)); // its own, or that of somebody else
    next.receive(conflict(2));

    assertFailed(done, "CONNECTION_LOST");
    assertThat(next.takeOne()).isEqualTo(writing(3, "16", 5));
    next.receive(written(3, 6));
    assertThat(waiting).isCompletedWithValue(new RecordVersion(6, "s6"));
    assertThat(record.value()).isEqualTo(16);
  }

  @Test
  void deletedFailsWhatWaits() {
    rig.run(record.update(n -> n + 1));
    CompletableFuture<RecordVersion> waiting = rig.run(record.update(n -> n + 1));

    socket.receive(deleted(4));

    assertFailed(waiting, "ENOTFOUND");
    assertThat(log.told).endsWith("deleted null@4");
    assertFailed(rig.run(record.update(n -> n)), "ENOTFOUND");
  }

  @Test
  void updatesGoOnBehindClose() {
    CompletableFuture<RecordVersion> done = rig.run(record.update(n -> n + 1));
    record.close();
    rig.loop.run();
    socket.takeSent();

    socket.receive(conflict(2));
    socket.receive(update(full("r", "10", 5)));
    assertThat(socket.takeOne()).isEqualTo(writing(3, "11", 5));
    socket.receive(written(3, 6));

    assertThat(done).isCompletedWithValue(new RecordVersion(6, "s6"));
    assertThat(socket.takeOne()).isEqualTo(call(4, "unsubscribe-record", ""));
    assertThat(log.told).containsExactly("initial 5@4", "local 6@4");
  }

  @Test
  void closedClientFailsWhatWaits() {
    CompletableFuture<RecordVersion> done = rig.run(record.update(n -> n + 1));
    socket.receive(conflict(2)); // waits for a push

    rig.client.beginClose(Duration.ZERO);
    rig.loop.run();

    assertFailed(done, "CLOSED");
    assertThat(record.update(n -> n + 1)).isCompletedExceptionally();
  }

  @Test
  void updatesThatWaitAreBounded() {
    for (int i = 0; i < 1_024; i++) {
      assertThat(record.update(n -> n + 1)).isNotDone();
    }

    assertFailed(record.update(n -> n + 1), "ELIMIT");
    assertThat(record.value()).isEqualTo(5 + 1_024);
  }

  @Test
  void recordThatIsNotThereIsMade() {
    RecordSubscription<Integer> none =
        asked(rig.client.subscribeRecord("q", Integer.class, update -> {}), "null", 0);

    rig.run(none.update(n -> n == null ? 1 : n + 1));

    assertThat(socket.takeOne()).contains("\"newValue\":1,\"options\":{\"ifVersion\":0");
  }

  private RecordSubscription<Integer> subscribed() {
    RecordOptions options = RecordOptions.defaults();
    return asked(
        rig.client.subscribeRecord("r", Integer.class, log, RecordMode.FULL, options), "5", 4);
  }

  private <T> RecordSubscription<T> asked(
      CompletableFuture<RecordSubscription<T>> subscribed, String value, long version) {
    rig.loop.run();
    long id = Long.parseLong(socket.takeOne().replaceAll(".*\"id\":(\\d+).*", "$1"));
    socket.receive(value(id, value, version));
    return subscribed.join();
  }
}
