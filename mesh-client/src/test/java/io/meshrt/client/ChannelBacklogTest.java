// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.fake.ChannelFrames.following;
import static io.meshrt.client.fake.ChannelFrames.gap;
import static io.meshrt.client.fake.ChannelFrames.head;
import static io.meshrt.client.fake.ChannelFrames.message;
import static io.meshrt.client.fake.ChannelFrames.newest;
import static io.meshrt.client.fake.ChannelFrames.reading;
import static io.meshrt.client.fake.ChannelFrames.unnumbered;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.channel.SubscriptionState;
import io.meshrt.client.fake.FakeConnector;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.fake.ManualLoop;
import io.meshrt.client.internal.callback.CallbackThreads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Listeners whose executor is slow. */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class ChannelBacklogTest {
  private static final int MAX_MESSAGES = 4;
  private static final int MAX_BYTES = 2_000;

  private final ManualLoop loop = new ManualLoop();
  private final FakeConnector connector = new FakeConnector(loop);
  private final ArrayDeque<Runnable> callbacks = new ArrayDeque<>();
  private final MeshClient client =
      MeshClient.builder("ws://localhost:1")
          .limits(ClientLimits.defaults().withQueuedMessages(MAX_MESSAGES, MAX_BYTES))
          .build(loop, connector, CallbackThreads.of(callbacks::add), new SplittableRandom(1));
  private final ChannelLog<Object> log = new ChannelLog<>();
  private FakeSocket socket = connect();

  @Test
  void listenerIsNeverCalledOnTheStateThread() {
    subscribed(head("e", 0));
    socket.receive(message("c", "e", 1));
    assertThat(log.told).isEmpty();

    runCallbacks();

    assertThat(log.told).containsExactly("1");
  }

  @Test
  void whatDidNotFitIsReadWhenTheQueueIsEmpty() {
    ChannelSubscription<Object> subscription = subscribed(head("e", 0));
    for (int offset = 1; offset <= 7; offset++) {
      socket.receive(message("c", "e", offset));
    }
    assertThat(subscription.state()).isEqualTo(SubscriptionState.LAGGING);
    assertThat(subscription.position()).isEqualTo(new ChannelPosition("e", 4));
    assertThat(socket.takeSent()).isEmpty();

    runCallbacks();
    loop.run();
    assertThat(socket.takeOne()).isEqualTo(reading(2, "c", "e", 4));
    socket.receive(message("c", "e", 8));
    socket.receive(Frames.reply(2, following("e", 7, true, 5, 7)));
    runCallbacks();

    assertThat(log.told).containsExactly("1", "2", "3", "4", "5", "6", "7", "8");
    assertThat(subscription.state()).isEqualTo(SubscriptionState.LIVE);
  }

  @Test
  void historyForTheListenerThatDoesNotFitIsReadToo() {
    client.subscribe("c", Object.class, log, SubscribeOptions.history(6).withHistoryToListener());
    loop.run();
    socket.receive(Frames.reply(1, newest("e", 6, 1)));
    socket.takeSent();
    runCallbacks();
    loop.run();

    assertThat(socket.takeOne()).isEqualTo(reading(2, "c", "e", 4));
    socket.receive(Frames.reply(2, following("e", 7, true, 5, 7)));
    runCallbacks();

    assertThat(log.told).containsExactly("1", "2", "3", "4", "5", "6", "7");
  }

  @Test
  void historyThatDoesNotFitEitherIsReadInPieces() {
    subscribed(head("e", 0));
    for (int offset = 1; offset <= 10; offset++) {
      socket.receive(message("c", "e", offset));
    }
    runCallbacks();
    loop.run();
    socket.takeSent();

    socket.receive(Frames.reply(2, following("e", 10, true, 5, 10)));
    runCallbacks();
    loop.run();
    assertThat(socket.takeOne()).isEqualTo(reading(3, "c", "e", 8));
    socket.receive(Frames.reply(3, following("e", 10, true, 9, 10)));
    runCallbacks();

    assertThat(log.told).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
  }

  @Test
  void whatIsNoLongerKeptIsAGap() {
    subscribed(head("e", 0));
    for (int offset = 1; offset <= 9; offset++) {
      socket.receive(message("c", "e", offset));
    }
    runCallbacks();
    loop.run();

    socket.receive(Frames.reply(2, following("e", 9, false, 8, 9)));
    runCallbacks();

    assertThat(log.told).containsExactly("1", "2", "3", "4", "gap e4 to e7", "8", "9");
  }

  @Test
  void aGapThatIsToldMeanwhileIsNotLost() {
    subscribed(head("e", 0));
    for (int offset = 1; offset <= 6; offset++) {
      socket.receive(message("c", "e", offset));
    }
    socket.receive(gap("c", "e", 8));
    runCallbacks();
    loop.run();

    socket.receive(Frames.reply(2, following("e", 9, true, 5, 9)));
    runCallbacks();

    assertThat(log.told)
        .startsWith("1", "2", "3", "4", "gap e4 to e4", "5")
        .filteredOn(told -> told.startsWith("gap"))
        .hasSize(1);
  }

  @Test
  void withoutNumbersAGapIsToldOnce() {
    subscribed(unnumbered());
    for (int i = 1; i <= 7; i++) {
      socket.receive(message("c", "" + i));
    }

    runCallbacks();
    loop.run();
    socket.receive(message("c", "8"));
    runCallbacks();

    assertThat(log.told).containsExactly("1", "2", "3", "4", "gap ? to ?", "8");
    assertThat(socket.takeSent()).isEmpty();
  }

  @Test
  void messagesCountForTheirBytes() {
    ChannelSubscription<Object> subscription = subscribed(unnumbered());
    String large = "\"" + "x".repeat(1_200) + "\"";

    socket.receive(message("c", large));
    socket.receive(message("c", large));

    assertThat(subscription.state()).isEqualTo(SubscriptionState.LAGGING);
    runCallbacks();
    assertThat(log.messages).hasSize(1);
  }

  @Test
  void listenersOfAChannelFallBehindEachOnItsOwn() {
    subscribed(head("e", 0));
    ChannelLog<Object> other = new ChannelLog<>();
    CompletableFuture<ChannelSubscription<Object>> second =
        client.subscribe("c", Object.class, other);
    loop.run();
    for (int offset = 1; offset <= 3; offset++) {
      socket.receive(message("c", "e", offset));
    }
    runCallbacks();

    assertThat(second.join().state()).isEqualTo(SubscriptionState.LIVE);
    assertThat(other.told).containsExactly("1", "2", "3");
    assertThat(log.told).isEqualTo(other.told);
  }

  @Test
  void reconnectWhileLaggingIsRecoveredFromTheLastMessageInTheQueue() {
    subscribed(head("e", 0));
    for (int offset = 1; offset <= 6; offset++) {
      socket.receive(message("c", "e", offset));
    }
    reconnect();
    socket.receive(Frames.reply(1, following("e", 8, true, 7, 8)));
    socket.takeSent();

    runCallbacks();
    loop.run();
    assertThat(socket.takeOne()).isEqualTo(reading(2, "c", "e", 4));
    socket.receive(Frames.reply(2, following("e", 8, true, 5, 8)));
    runCallbacks();

    assertThat(log.told).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "recovered 4");
  }

  @Test
  void noticesThatNobodyTakesDoNotAddUp() {
    subscribed(unnumbered());
    for (int i = 0; i < 50; i++) {
      reconnect();
      socket.receive(Frames.reply(1, unnumbered()));
    }

    runCallbacks();

    assertThat(log.told).containsExactly("gap ? to ?");
  }

  @Test
  void closedSubscriptionTellsNothingMore() {
    ChannelSubscription<Object> subscription = subscribed(head("e", 0));
    for (int offset = 1; offset <= 6; offset++) {
      socket.receive(message("c", "e", offset));
    }

    subscription.close();
    runCallbacks();
    loop.run();

    assertThat(log.told).isEmpty();
    assertThat(subscription.state()).isEqualTo(SubscriptionState.ENDED);
    assertThat(socket.takeOne()).contains("unsubscribe-channel");
  }

  private FakeSocket connect() {
    CompletableFuture<Void> connected = client.connect();
    FakeSocket opened = connector.next().accept();
    opened.receive(Frames.welcome());
    runCallbacks();
    assertThat(connected).isCompleted();
    return opened;
  }

  private void reconnect() {
    socket.closeFromServer(1006, "");
    while (!connector.waiting()) {
      loop.advance(Duration.ofMillis(400));
    }
    socket = connector.next().accept();
    socket.receive(Frames.welcome());
  }

  private ChannelSubscription<Object> subscribed(String answer) {
    CompletableFuture<ChannelSubscription<Object>> subscribed =
        client.subscribe("c", Object.class, log);
    loop.run();
    socket.receive(Frames.reply(1, answer));
    socket.takeSent();
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
}
