// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.ClientRig.failure;
import static io.meshrt.client.fake.ChannelFrames.call;
import static io.meshrt.client.fake.ChannelFrames.gap;
import static io.meshrt.client.fake.ChannelFrames.head;
import static io.meshrt.client.fake.ChannelFrames.message;
import static io.meshrt.client.fake.ChannelFrames.newest;
import static io.meshrt.client.fake.ChannelFrames.revoked;
import static io.meshrt.client.fake.ChannelFrames.unnumbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import io.meshrt.client.channel.ChannelHistory;
import io.meshrt.client.channel.ChannelMessage;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.HistoryQuery;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.channel.SubscriptionState;
import io.meshrt.client.fake.ChannelFrames;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class ChannelTest {
  private static final String SUBSCRIBE = "mesh/subscribe-channel";
  private static final String UNSUBSCRIBE = "mesh/unsubscribe-channel";
  private static final String HISTORY = "mesh/get-channel-history";

  private final ClientRig rig = new ClientRig();
  private final FakeSocket socket = rig.connected();
  private final ChannelLog<Integer> log = new ChannelLog<>();

  @Test
  void subscriberGetsMessagesWithTheirPlaces() {
    CompletableFuture<ChannelSubscription<Integer>> subscribed =
        rig.run(rig.client.subscribe("c", Integer.class, log));
    assertThat(socket.takeOne()).isEqualTo(call(1, SUBSCRIBE, "c"));
    assertThat(subscribed).isNotDone();

    socket.receive(Frames.reply(1, head("e", 4)));
    socket.receive(message("c", "e", 5));
    socket.receive(message("c", "e", 6));

    assertThat(log.told).containsExactly("5", "6");
    assertThat(log.messages.get(0).position()).isEqualTo(new ChannelPosition("e", 5));
    assertThat(log.messages.get(0).time()).contains(Instant.ofEpochMilli(1_005));
    ChannelSubscription<Integer> subscription = subscribed.join();
    assertThat(subscription.channel()).isEqualTo("c");
    assertThat(subscription.position()).isEqualTo(new ChannelPosition("e", 6));
    assertThat(subscription.state()).isEqualTo(SubscriptionState.LIVE);
    assertThat(subscription.history()).isEmpty();
  }

  @Test
  void historyIsInTheResultAndNotToldToTheListener() {
    CompletableFuture<ChannelSubscription<Integer>> subscribed =
        rig.run(rig.client.subscribe("c", Integer.class, log, SubscribeOptions.history(3)));
    assertThat(socket.takeOne()).isEqualTo(call(1, SUBSCRIBE, "c", ",\"historyLimit\":3"));

    socket.receive(Frames.reply(1, newest("e", 9, 7)));
    socket.receive(message("c", "e", 9));
    socket.receive(message("c", "e", 10));

    assertThat(subscribed.join().history())
        .extracting(ChannelMessage::message)
        .containsExactly(9, 8, 7);
    assertThat(log.told).containsExactly("10");
  }

  @Test
  void historyIsToldToTheListenerWhenItIsWanted() {
    SubscribeOptions options = SubscribeOptions.history(3).withHistoryToListener();
    CompletableFuture<ChannelSubscription<Integer>> subscribed =
        rig.run(rig.client.subscribe("c", Integer.class, log, options));

    socket.receive(Frames.reply(1, newest("e", 9, 7)));
    socket.receive(message("c", "e", 10));

    assertThat(subscribed.join().history()).hasSize(3);
    assertThat(log.told).containsExactly("7", "8", "9", "10");
  }

  @Test
  void simpleListenersTakeMessagesOnly() {
    List<String> heard = new ArrayList<>();
    rig.run(rig.client.subscribe("c", String.class, heard::add));
    socket.receive(Frames.reply(1, unnumbered()));

    socket.receive(message("c", "\"hi\""));
    socket.receive(message("c", "null"));

    assertThat(heard).containsExactly("hi", null);
  }

  @Test
  void messagesAreBoundAsTheyCame() {
    List<BigDecimal> heard = new ArrayList<>();
    List<Map<String, List<Integer>>> generic = new ArrayList<>();
    rig.run(rig.client.subscribe("n", BigDecimal.class, heard::add));
    rig.run(
        rig.client.subscribe(
            "g",
            new TypeReference<Map<String, List<Integer>>>() {},
            generic::add,
            SubscribeOptions.defaults()));
    socket.receive(Frames.reply(1, unnumbered()));
    socket.receive(Frames.reply(2, unnumbered()));

    socket.receive(message("n", "0.12345678901234567890"));
    socket.receive(message("g", "{\"a\":[1]}"));

    assertThat(heard).containsExactly(new BigDecimal("0.12345678901234567890"));
    assertThat(generic).containsExactly(Map.of("a", List.of(1)));
  }

  @Test
  void whatDoesNotFitOrIsThrownIsReportedAndTheNextComesAllTheSame() {
    List<Integer> heard = new ArrayList<>();
    rig.run(
        rig.client.subscribe(
            "c",
            Integer.class,
            message -> {
              heard.add(message);
              if (message == 2) {
                throw new IllegalStateException("two");
              }
            }));
    socket.receive(Frames.reply(1, unnumbered()));

    List.of("1", "[1]", "2", "3").forEach(json -> socket.receive(message("c", json)));

    assertThat(heard).containsExactly(1, 2, 3);
    assertThat(rig.errors)
        .hasSize(2)
        .allMatch(error -> error.kind() == ClientError.Kind.LISTENER_FAILED)
        .allMatch(error -> error.subject() == ClientError.Subject.CHANNEL)
        .allMatch(error -> error.name().equals("c"));
    assertThat(rig.errors.get(1).message()).isEqualTo("two");
  }

  @Test
  void refusalsAreTyped() {
    CompletableFuture<?> refused = rig.run(rig.client.subscribe("c", Integer.class, log));
    CompletableFuture<?> full = rig.run(rig.client.subscribe("d", Integer.class, log));
    CompletableFuture<?> hidden = rig.run(rig.client.history("e", HistoryQuery.newest(1)));
    CompletableFuture<?> mute = rig.run(rig.client.publish("f", 1));

    socket.receive(Frames.failure(1, "EACCESS", "No access to this channel."));
    socket.receive(Frames.failure(2, "ELIMIT", "Too many subscriptions."));
    socket.receive(Frames.failure(3, "EACCESS", "No access to this channel."));
    socket.receive(Frames.failure(4, "ETOOLARGE", "too large"));

    assertFailed(refused, "EACCESS");
    assertThat(failure(refused)).hasMessage("No access to this channel.");
    assertFailed(full, "ELIMIT");
    assertFailed(hidden, "EACCESS");
    assertFailed(mute, "ETOOLARGE");
    socket.takeSent();
    assertThat(rig.reconnected(socket).takeSent()).isEmpty();
  }

  @Test
  void namesAndNumbersAreChecked() {
    assertThat(failure(rig.client.subscribe("", Integer.class, log)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(failure(rig.client.publish("x".repeat(256), 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(failure(rig.client.publish("c", new Object())))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(failure(rig.client.publish("c", 1, "x".repeat(129))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SubscribeOptions.from(ChannelPosition.NONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HistoryQuery.newest(0)).isInstanceOf(IllegalArgumentException.class);
    rig.loop.run();
    assertThat(socket.takeSent()).isEmpty();
  }

  @Test
  void subscriptionsOfAChannelShareOneOfTheServer() {
    ChannelSubscription<Integer> first = subscribed("e", 4);
    socket.receive(message("c", "e", 5));
    ChannelLog<Integer> other = new ChannelLog<>();
    ChannelSubscription<Integer> second =
        rig.run(rig.client.subscribe("c", Integer.class, other)).join();
    socket.receive(message("c", "e", 6));
    assertThat(log.told).containsExactly("5", "6");
    assertThat(other.told).containsExactly("6");

    first.close();
    first.close();
    rig.loop.run();
    socket.receive(message("c", "e", 7));
    assertThat(socket.takeSent()).isEmpty();

    second.close();
    rig.loop.run();
    assertThat(socket.takeOne()).isEqualTo(call(2, UNSUBSCRIBE, "c"));
    socket.receive(message("c", "e", 8));
    assertThat(log.told).containsExactly("5", "6");
    assertThat(other.told).containsExactly("6", "7");
    assertThat(second.state()).isEqualTo(SubscriptionState.ENDED);
  }

  @Test
  void furtherSubscriptionHasThePastToItselfAndMissesNothing() {
    subscribed("e", 4);
    ChannelLog<Integer> other = new ChannelLog<>();
    CompletableFuture<ChannelSubscription<Integer>> second =
        rig.run(rig.client.subscribe("c", Integer.class, other, SubscribeOptions.history(2)));
    assertThat(socket.takeOne()).isEqualTo(call(2, HISTORY, "c", ",\"limit\":2"));

    socket.receive(message("c", "e", 5));
    socket.receive(message("c", "e", 6));
    socket.receive(Frames.reply(2, newest("e", 5, 4)));
    socket.receive(message("c", "e", 7));

    assertThat(second.join().history()).extracting(ChannelMessage::message).containsExactly(5, 4);
    assertThat(other.told).containsExactly("6", "7");
    assertThat(log.told).containsExactly("5", "6", "7");
  }

  @Test
  void furtherSubscriptionThatIsRefusedThePastDoesNotHarmTheFirst() {
    ChannelSubscription<Integer> first = subscribed("e", 4);
    CompletableFuture<?> second =
        rig.run(
            rig.client.subscribe(
                "c", Integer.class, new ChannelLog<>(), SubscribeOptions.history(2)));
    socket.receive(Frames.failure(2, "EACCESS", "no"));
    socket.receive(message("c", "e", 5));

    assertFailed(second, "EACCESS");
    assertThat(log.told).containsExactly("5");
    assertThat(first.state()).isEqualTo(SubscriptionState.LIVE);
  }

  @Test
  void subscribingWhileUnsubscribingComesAfterIt() {
    subscribed("e", 4).close();
    CompletableFuture<?> next = rig.run(rig.client.subscribe("c", Integer.class, log));
    assertThat(socket.takeOne()).isEqualTo(call(2, UNSUBSCRIBE, "c"));
    socket.receive(message("c", "e", 5));

    socket.receive(Frames.reply(2, "true"));
    assertThat(socket.takeOne()).isEqualTo(call(3, SUBSCRIBE, "c"));
    socket.receive(Frames.reply(3, head("e", 6)));
    socket.receive(message("c", "e", 7));

    assertThat(next).isCompleted();
    assertThat(log.told).containsExactly("7");
  }

  @Test
  void cancelledSubscribeIsUndone() {
    CompletableFuture<?> subscribed = rig.run(rig.client.subscribe("c", Integer.class, log));
    socket.takeSent();

    subscribed.cancel(false);
    rig.loop.run();
    socket.receive(Frames.reply(1, head("e", 6)));

    assertThat(socket.takeOne()).isEqualTo(call(2, UNSUBSCRIBE, "c"));
    assertThat(log.told).isEmpty();
  }

  @Test
  void gapOfTheServerIsToldInItsPlaceAndOnce() {
    ChannelSubscription<Integer> subscription = subscribed("e", 4);

    socket.receive(message("c", "e", 5));
    socket.receive(gap("c", "f", 2));
    socket.receive(gap("c", "f", 2));
    socket.receive(message("c", "f", 3));

    assertThat(log.told).containsExactly("5", "gap e5 to f2", "3");
    assertThat(subscription.position()).isEqualTo(new ChannelPosition("f", 3));
  }

  @Test
  void numbersThatAreLeftOutAreNoGap() {
    subscribed("e", 4);

    socket.receive(message("c", "e", 6));

    assertThat(log.told).containsExactly("6");
    assertThat(socket.takeSent()).isEmpty();
  }

  @Test
  void revokedSubscriptionEndsAndCanBeMadeAgain() {
    ChannelSubscription<Integer> subscription = subscribed("e", 4);
    CompletableFuture<?> late =
        rig.run(
            rig.client.subscribe(
                "c", Integer.class, new ChannelLog<>(), SubscribeOptions.history(1)));
    socket.takeSent();

    socket.receive(revoked("c"));
    socket.receive(message("c", "e", 5));
    socket.receive(Frames.reply(2, newest("e", 5, 5)));

    assertThat(log.told).containsExactly("ended");
    assertThat(subscription.state()).isEqualTo(SubscriptionState.ENDED);
    assertFailed(late, "EACCESS");
    rig.run(rig.client.subscribe("c", Integer.class, log));
    assertThat(socket.takeOne()).isEqualTo(call(3, SUBSCRIBE, "c"));
  }

  @Test
  void publishGivesThePosition() {
    CompletableFuture<ChannelPosition> published =
        rig.run(rig.client.publish("c", Map.of("text", "hi")));
    CompletableFuture<ChannelPosition> named = rig.run(rig.client.publish("c", null, "id-1"));
    assertThat(socket.takeSent())
        .containsExactly(
            call(1, "mesh/publish-channel", "c", ",\"message\":{\"text\":\"hi\"}"),
            call(2, "mesh/publish-channel", "c", ",\"message\":null,\"id\":\"id-1\""));

    socket.receive(Frames.reply(1, "{\"success\":true,\"epoch\":\"e\",\"offset\":12}"));
    socket.receive(Frames.reply(2, "{\"success\":true}"));

    assertThat(published.join()).isEqualTo(new ChannelPosition("e", 12));
    assertThat(named.join()).isEqualTo(ChannelPosition.NONE);
  }

  @Test
  void historyIsReadInPages() {
    CompletableFuture<ChannelHistory<Integer>> newest =
        rig.run(rig.client.channels().history("c", Integer.class, HistoryQuery.newest(2)));
    ChannelPosition position = new ChannelPosition("e", 3);
    CompletableFuture<ChannelHistory<Integer>> page =
        rig.run(rig.client.channels().history("c", Integer.class, HistoryQuery.after(position, 2)));
    assertThat(socket.takeSent())
        .containsExactly(
            call(1, HISTORY, "c", ",\"limit\":2"),
            call(2, HISTORY, "c", ",\"limit\":2,\"after\":{\"epoch\":\"e\",\"offset\":3}"));

    socket.receive(Frames.reply(1, newest("e", 9, 8)));
    socket.receive(Frames.reply(2, ChannelFrames.following("e", 9, false, 5, 6)));

    assertThat(newest.join().messages()).extracting(ChannelMessage::message).containsExactly(9, 8);
    assertThat(newest.join().position()).isEqualTo(new ChannelPosition("e", 9));
    assertThat(newest.join().complete()).isTrue();
    assertThat(page.join().messages()).extracting(ChannelMessage::message).containsExactly(5, 6);
    assertThat(page.join().complete()).isFalse();
    assertThat(page.join().more()).isTrue();
  }

  private ChannelSubscription<Integer> subscribed(String epoch, long offset) {
    CompletableFuture<ChannelSubscription<Integer>> subscribed =
        rig.run(rig.client.subscribe("c", Integer.class, log));
    socket.receive(Frames.reply(1, head(epoch, offset)));
    socket.takeSent();
    return subscribed.join();
  }
}
