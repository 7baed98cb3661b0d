// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.fake.PresenceFrames.present;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.FakeConnector;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.fake.ManualLoop;
import io.meshrt.client.fake.PresenceFrames;
import io.meshrt.client.internal.callback.CallbackThreads;
import io.meshrt.client.presence.PresenceSubscription;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Listeners whose executor is slow. */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class PresenceBacklogTest {
  private static final int MAX_EVENTS = 4;
  private static final int MAX_BYTES = 2_000;

  private final ManualLoop loop = new ManualLoop();
  private final FakeConnector connector = new FakeConnector(loop);
  private final ArrayDeque<Runnable> callbacks = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();
  private final MeshClient client =
      MeshClient.builder("ws://localhost:1")
          .limits(ClientLimits.defaults().withQueuedMessages(MAX_EVENTS, MAX_BYTES))
          .build(loop, connector, CallbackThreads.of(callbacks::add), new SplittableRandom(1));
  private final FakeSocket socket = connect();
  private final PresenceSubscription subscription = subscribe();

  @Test
  void listenerIsNeverCalledOnTheStateThread() {
    moved("join", "b");
    assertThat(told).containsExactly("INITIAL [a]");

    runCallbacks();

    assertThat(told).containsExactly("INITIAL [a]", "JOINED b");
  }

  @Test
  void asManyChangesAsFitAreToldOneByOne() {
    for (int i = 0; i < MAX_EVENTS; i++) {
      moved("join", "m" + i);
    }

    runCallbacks();

    assertThat(told)
        .containsExactly("INITIAL [a]", "JOINED m0", "JOINED m1", "JOINED m2", "JOINED m3");
  }

  @Test
  void listenerThatFellTooFarBehindGetsASnapshotThatIsUpToDate() {
    for (int i = 0; i < MAX_EVENTS + 1; i++) {
      moved("join", "m" + i);
    }
    moved("leave", "m0");
    runCallbacks();
    moved("leave", "m1");
    runCallbacks();

    assertThat(told).containsExactly("INITIAL [a]", "CAUGHT_UP [a, m1, m2, m3, m4]", "LEFT m1");
  }

  @Test
  void largeStatesCountForTheirBytes() {
    String large = "\"" + "x".repeat(1_200) + "\"";
    state("a", large);
    state("a", large);
    state("a", "1");

    runCallbacks();

    assertThat(told).containsExactly("INITIAL [a]", "CAUGHT_UP [a=1]");
  }

  @Test
  void reconnectReplacesWhatStillWaits() {
    moved("join", "b");
    socket.closeFromServer(1006, "");
    loop.advance(Duration.ofMillis(400));
    FakeSocket next = connector.next().accept();
    next.receive(Frames.welcome());
    next.receive(Frames.reply(1, present("c")));

    runCallbacks();

    assertThat(told).containsExactly("INITIAL [a]", "RESTORED [c]");
  }

  @Test
  void endIsToldAfterWhatWaits() {
    for (int i = 0; i < MAX_EVENTS; i++) {
      moved("join", "m" + i);
    }
    socket.closeFromServer(1006, "");
    loop.advance(Duration.ofMillis(400));
    FakeSocket next = connector.next().accept();
    next.receive(Frames.welcome());
    next.receive(Frames.failure(1, "EACCESS", "no"));

    runCallbacks();

    assertThat(told).hasSize(MAX_EVENTS + 2).endsWith("JOINED m3", "ENDED");
  }

  @Test
  void closedSubscriptionTellsNothingMore() {
    moved("join", "b");

    subscription.close();
    runCallbacks();
    loop.run();
    moved("join", "c");
    runCallbacks();

    assertThat(told).containsExactly("INITIAL [a]");
  }

  @Test
  void listenersFallBehindEachOnItsOwn() {
    List<String> other = new ArrayList<>();
    client.presence().subscribe("r", event -> other.add(PresenceTest.text(event)));
    loop.run();
    runCallbacks();
    for (int i = 0; i < 200; i++) {
      moved("join", "m" + i);
      if (i % MAX_EVENTS == 0) {
        runCallbacks();
      }
    }
    runCallbacks();

    assertThat(other).hasSize(201).doesNotContain("CAUGHT_UP");
    assertThat(told).hasSize(201);
  }

  private FakeSocket connect() {
    client.connect();
    FakeSocket opened = connector.next().accept();
    opened.receive(Frames.welcome());
    return opened;
  }

  private PresenceSubscription subscribe() {
    CompletableFuture<PresenceSubscription> subscribed =
        client.presence().subscribe("r", event -> told.add(PresenceTest.text(event)));
    loop.run();
    socket.receive(Frames.reply(1, present("a")));
    runCallbacks();
    return subscribed.join();
  }

  private void runCallbacks() {
    Runnable next = callbacks.poll();
    while (next != null) {
      next.run();
      next = callbacks.poll();
    }
  }

  private void moved(String type, String id) {
    socket.receive(PresenceFrames.moved("mesh/presence-update", type, "r", id));
  }

  private void state(String id, String state) {
    socket.receive(PresenceFrames.state("mesh/presence-update", "r", id, state));
  }
}
