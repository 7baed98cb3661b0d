// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.fake.ChannelFrames.call;
import static io.meshrt.client.fake.ChannelFrames.following;
import static io.meshrt.client.fake.ChannelFrames.gap;
import static io.meshrt.client.fake.ChannelFrames.head;
import static io.meshrt.client.fake.ChannelFrames.message;
import static io.meshrt.client.fake.ChannelFrames.newest;
import static io.meshrt.client.fake.ChannelFrames.reading;
import static io.meshrt.client.fake.ChannelFrames.resuming;
import static io.meshrt.client.fake.ChannelFrames.unnumbered;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.channel.SubscriptionState;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class ChannelResumeTest {
  private static final String SUBSCRIBE = "mesh/subscribe-channel";
  private static final String UNSUBSCRIBE = "mesh/unsubscribe-channel";

  private final ClientRig rig = new ClientRig();
  private final FakeSocket socket = rig.connected();
  private final ChannelLog<Integer> log = new ChannelLog<>();

  @Test
  void whatWasMissedIsToldAndThenThatNothingIsMissing() {
    ChannelSubscription<Integer> subscription = subscribed(head("e", 4));
    socket.receive(message("c", "e", 5));

    FakeSocket next = rig.reconnected(socket);
    assertThat(next.takeOne()).isEqualTo(resuming(1, "c", "e", 5));
    assertThat(subscription.state()).isEqualTo(SubscriptionState.CATCHING_UP);
    next.receive(Frames.reply(1, following("e", 7, true, 6, 7)));
    next.receive(message("c", "e", 8));

    assertThat(log.told).containsExactly("5", "6", "7", "recovered 2", "8");
    assertThat(subscription.state()).isEqualTo(SubscriptionState.LIVE);
  }

  @Test
  void recoveredIsSaidAlsoWhenNothingCame() {
    subscribed(head("e", 4));

    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.reply(1, following("e", 4, true, 5, 4)));

    assertThat(log.told).containsExactly("recovered 0");
  }

  @Test
  void whatCannotBeRecoveredIsAGapBeforeTheRest() {
    ChannelSubscription<Integer> subscription = subscribed(head("e", 4));

    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.reply(1, following("e", 9, false, 8, 9)));
    FakeSocket wiped = rig.reconnected(next);
    assertThat(wiped.takeOne()).isEqualTo(resuming(1, "c", "e", 9));
    wiped.receive(Frames.reply(1, following("f", 2, false, 3, 2)));
    wiped.receive(message("c", "f", 3));

    assertThat(log.told).containsExactly("gap e4 to e7", "8", "9", "gap e9 to f2", "3");
    assertThat(subscription.position()).isEqualTo(new ChannelPosition("f", 3));
  }

  @Test
  void gapsAreToldEachAlsoWithoutAMessageBetweenThem() {
    subscribed(head("e", 4));

    socket.receive(gap("c", "e", 7));
    socket.receive(gap("c", "e", 9));
    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.reply(1, following("f", 2, false, 3, 2)));
    next.receive(gap("c", "f", 5));
    next.receive(gap("c", "g", 0));

    assertThat(log.told)
        .containsExactly(
            "gap e4 to e7", "gap e7 to e9", "gap e9 to f2", "gap f2 to f5", "gap f5 to g0");
  }

  @Test
  void storedMessagesOfAnotherEpochKeepTheirPlace() {
    SubscribeOptions since = SubscribeOptions.since(Instant.ofEpochMilli(9));
    rig.client.subscribe("c", Integer.class, log, since);
    socket.takeSent();

    socket.receive(
        Frames.reply(
            1,
            "{\"success\":true,\"history\":[],\"epoch\":\"f\",\"offset\":1,\"recovered\":true,"
                + "\"publications\":[{\"message\":10,\"epoch\":\"e\",\"offset\":10,\"time\":10},"
                + "{\"message\":1,\"offset\":1,\"time\":11}]}"));
    socket.receive(message("c", "f", 2));

    assertThat(log.told).containsExactly("10", "1", "2");
  }

  @Test
  void longAbsenceIsReadInPagesWhileLiveMessagesWait() {
    ChannelSubscription<Integer> subscription = subscribed(head("e", 4));

    FakeSocket next = rig.reconnected(socket);
    next.takeSent();
    next.receive(Frames.reply(1, following("e", 9, true, 5, 6)));
    next.receive(message("c", "e", 10));
    assertThat(next.takeOne()).isEqualTo(reading(2, "c", "e", 6));
    assertThat(subscription.state()).isEqualTo(SubscriptionState.CATCHING_UP);
    next.receive(Frames.reply(2, following("e", 10, true, 7, 8)));
    assertThat(next.takeOne()).isEqualTo(reading(3, "c", "e", 8));
    next.receive(message("c", "e", 11));
    next.receive(Frames.reply(3, following("e", 10, true, 9, 10)));

    assertThat(log.told).containsExactly("5", "6", "7", "8", "9", "10", "recovered 6", "11");
    assertThat(next.takeSent()).isEmpty();
  }

  @Test
  void connectionLostWhileReadingPagesGoesOnBehindTheLastMessageTold() {
    subscribed(head("e", 4));
    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.reply(1, following("e", 9, true, 5, 6)));

    FakeSocket third = rig.reconnected(next);
    assertThat(third.takeOne()).isEqualTo(resuming(1, "c", "e", 9));
    third.receive(Frames.reply(1, following("e", 11, true, 10, 11)));
    assertThat(third.takeOne()).isEqualTo(reading(2, "c", "e", 6));
    third.receive(message("c", "e", 12));
    third.receive(Frames.reply(2, following("e", 11, true, 7, 11)));

    assertThat(log.told).containsExactly("5", "6", "7", "8", "9", "10", "11", "recovered 7", "12");
  }

  @Test
  void liveMessagesThatAreTooManyToWaitAreReadToo() {
    subscribed(head("e", 4));
    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.reply(1, following("e", 6, true, 5, 5)));
    next.takeSent();

    for (int offset = 7; offset <= 7 + 512; offset++) {
      next.receive(message("c", "e", offset));
    }
    next.receive(Frames.reply(2, following("e", 6, true, 6, 6)));
    assertThat(next.takeOne()).isEqualTo(reading(3, "c", "e", 6));
    next.receive(Frames.reply(3, following("e", 519, true, 7, 519)));

    assertThat(log.messages)
        .extracting(message -> message.position().offset())
        .containsExactlyElementsOf(LongStream.rangeClosed(5, 519).boxed().toList());
  }

  @Test
  void oldMessagesThatWaitedAreNotToldBehindANewEpoch() {
    subscribed(head("e", 4));
    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.reply(1, following("e", 6, true, 5, 5)));
    next.receive(message("c", "e", 7));
    next.receive(gap("c", "f", 0));
    next.receive(message("c", "f", 1));
    next.receive(message("c", "f", 2));

    next.receive(Frames.reply(2, following("f", 1, false, 1, 1)));

    assertThat(log.told).containsExactly("5", "gap e5 to f0", "1", "2");
  }

  @Test
  void channelWithoutNumbersTellsAGap() {
    subscribed(unnumbered());
    socket.receive(message("c", "1"));

    FakeSocket next = rig.reconnected(socket);
    assertThat(next.takeOne()).isEqualTo(call(1, SUBSCRIBE, "c"));
    next.receive(Frames.reply(1, unnumbered()));
    next.receive(message("c", "2"));

    assertThat(log.told).containsExactly("1", "gap ? to ?", "2");
  }

  @Test
  void channelThatWasNeverUsedIsReadFromItsFirstMessage() {
    subscribed(unnumbered());

    FakeSocket next = rig.reconnected(socket);
    assertThat(next.takeOne()).isEqualTo(call(1, SUBSCRIBE, "c"));
    next.receive(Frames.reply(1, head("e", 2)));
    assertThat(next.takeOne()).isEqualTo(reading(2, "c", "e", 0));
    next.receive(Frames.reply(2, following("e", 2, true, 1, 2)));

    assertThat(log.told).containsExactly("1", "2", "recovered 2");
  }

  @Test
  void channelThatHasNumbersNowIsReadFromItsFirstNumberBehindAGap() {
    subscribed(unnumbered());
    socket.receive(message("c", "0"));

    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.reply(1, head("e", 2)));
    next.receive(Frames.reply(2, following("e", 2, true, 1, 2)));

    assertThat(log.told).containsExactly("0", "gap ? to e0", "1", "2");
  }

  @Test
  void allSubscriptionsOfTheChannelGoOn() {
    subscribed(head("e", 4));
    ChannelLog<Integer> other = new ChannelLog<>();
    rig.run(rig.client.subscribe("c", Integer.class, other));
    socket.takeSent();

    FakeSocket next = rig.reconnected(socket);
    assertThat(next.takeSent()).hasSize(1);
    next.receive(Frames.reply(1, following("e", 6, true, 5, 6)));

    assertThat(log.told).containsExactly("5", "6", "recovered 2");
    assertThat(other.told).isEqualTo(log.told);
  }

  @Test
  void subscriptionMadeWhileReconnectingGoesOnWithTheOthers() {
    subscribed(head("e", 4));
    socket.closeFromServer(1006, "");
    ChannelLog<Integer> other = new ChannelLog<>();
    CompletableFuture<?> second = rig.run(rig.client.subscribe("c", Integer.class, other));
    ChannelLog<Integer> third = new ChannelLog<>();
    CompletableFuture<ChannelSubscription<Integer>> withPast =
        rig.run(rig.client.subscribe("c", Integer.class, third, SubscribeOptions.history(1)));
    assertThat(second).isCompleted();
    rig.awaitReconnect();
    FakeSocket next = rig.connector.next().accept();
    next.receive(Frames.welcome());

    assertThat(next.takeSent()).hasSize(2).first().isEqualTo(resuming(1, "c", "e", 4));
    next.receive(Frames.reply(1, following("e", 5, true, 5, 5)));
    next.receive(message("c", "e", 6));
    next.receive(Frames.reply(2, newest("e", 6, 6)));
    next.receive(message("c", "e", 7));

    assertThat(other.told).containsExactly("5", "recovered 1", "6", "7");
    assertThat(withPast.join().history().get(0).message()).isEqualTo(6);
    assertThat(third.told).containsExactly("7");
  }

  @Test
  void unsubscribedInTheMiddleOfAResumeIsUndone() {
    ChannelSubscription<Integer> subscription = subscribed(head("e", 4));
    FakeSocket next = rig.reconnected(socket);
    next.takeSent();

    subscription.close();
    rig.loop.run();
    next.receive(Frames.reply(1, following("e", 6, true, 5, 5)));

    assertThat(next.takeOne()).isEqualTo(call(2, UNSUBSCRIBE, "c"));
    assertThat(log.told).isEmpty();
    assertThat(rig.reconnected(next).takeSent()).isEmpty();
  }

  @Test
  void closedWhileReadingPagesReadsNoMore() {
    ChannelSubscription<Integer> subscription = subscribed(head("e", 4));
    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.reply(1, following("e", 9, true, 5, 5)));
    next.takeSent();

    subscription.close();
    rig.loop.run();
    next.takeSent();
    next.receive(Frames.reply(2, following("e", 9, true, 6, 7)));

    assertThat(next.takeSent()).isEmpty();
    assertThat(log.told).containsExactly("5");
  }

  @Test
  void refusedAfterAReconnectEnds() {
    ChannelSubscription<Integer> subscription = subscribed(head("e", 4));

    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.failure(1, "EACCESS", "no"));

    assertThat(log.told).containsExactly("ended");
    assertThat(subscription.state()).isEqualTo(SubscriptionState.ENDED);
    assertThat(rig.errors)
        .singleElement()
        .matches(error -> error.kind() == ClientError.Kind.NOT_RESTORED)
        .matches(error -> error.subject() == ClientError.Subject.CHANNEL);
  }

  @Test
  void serverThatCannotJustNowIsAskedAgain() {
    subscribed(head("e", 4));

    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.failure(1, "EUNAVAILABLE", "no redis"));
    next.takeSent();
    rig.loop.advance(Duration.ofSeconds(5));
    assertThat(next.takeOne()).isEqualTo(resuming(2, "c", "e", 4));
    next.receive(Frames.reply(2, following("e", 5, true, 5, 6)));

    assertThat(log.told).containsExactly("5", "6", "recovered 2");
  }

  @Test
  void pageThatCannotBeReadJustNowIsReadAgain() {
    subscribed(head("e", 4));
    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.reply(1, following("e", 6, true, 5, 5)));
    next.receive(Frames.failure(2, "EUNAVAILABLE", "no redis"));
    next.takeSent();

    rig.loop.advance(Duration.ofSeconds(5));
    assertThat(next.takeOne()).isEqualTo(reading(3, "c", "e", 5));
    next.receive(Frames.reply(3, following("e", 6, true, 6, 6)));

    assertThat(log.told).containsExactly("5", "6", "recovered 2");
    assertThat(rig.errors).isEmpty();
  }

  @Test
  void pageThatIsRefusedIsAGapAndReported() {
    subscribed(head("e", 4));
    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.reply(1, following("e", 6, true, 5, 5)));
    next.receive(message("c", "e", 7));
    next.receive(Frames.failure(2, "EACCESS", "no"));

    assertThat(log.told).containsExactly("5", "gap e5 to ?", "7");
    assertThat(rig.errors).singleElement().matches(e -> e.kind() == ClientError.Kind.GAP);
  }

  private ChannelSubscription<Integer> subscribed(String answer) {
    CompletableFuture<ChannelSubscription<Integer>> subscribed =
        rig.run(rig.client.subscribe("c", Integer.class, log));
    socket.receive(Frames.reply(1, answer));
    socket.takeSent();
    return subscribed.join();
  }
}
