// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.inbox.InboxGap;
import io.meshrt.client.inbox.InboxListener;
import io.meshrt.client.inbox.InboxMessage;
import io.meshrt.client.inbox.InboxOptions;
import io.meshrt.client.inbox.InboxSubscription;
import io.meshrt.client.internal.builtin.BuiltIns;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What the server is asked and told of an inbox. Message 7 was kept at 1007 ms. */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class InboxTest {
  private static final InboxOptions EACH = InboxOptions.defaults().withPace(1, Duration.ofHours(1));

  private final List<String> told = new ArrayList<>();
  private final ArrayDeque<Runnable> callbacks = new ArrayDeque<>();
  private boolean holdsCallbacks;
  private final ClientRig rig =
      new ClientRig(
          builder -> builder.limits(ClientLimits.defaults().withQueuedMessages(2, 100_000)),
          task -> {
            callbacks.add(task);
            if (!holdsCallbacks) {
              runCallbacks();
            }
          });

  private final InboxListener listener =
      new InboxListener() {
        @Override
        public void onMessage(InboxMessage message) {
          told.add(message.payload().asText());
        }

        @Override
        public void onRecovered(long messages) {
          told.add("recovered " + messages);
        }

        @Override
        public void onGap(InboxGap gap) {
          told.add("gap to " + ChannelLog.text(gap.resumesAfter()));
        }
      };

  @Test
  void whoHadNothingToReadResumesWithTheTimeOfTheNewestMessage() {
    FakeSocket socket = rig.connected();
    opened(socket, InboxOptions.defaults(), page("e", 3, 4, 3, ",\"time\":1003"));

    FakeSocket next = rig.reconnected(socket);

    assertThat(next.takeOne()).contains("\"recover\":{\"epoch\":\"e\",\"offset\":3,\"time\":1003}");
  }

  @Test
  void whoIsInTheMiddleOfItsPagesResumesWithTheLastMessageItWasGiven() {
    FakeSocket socket = rig.connected();
    opened(socket, InboxOptions.defaults(), page("e", 9, 1, 2, ""));
    socket.takeSent();

    FakeSocket next = rig.reconnected(socket);
    assertThat(next.takeOne()).contains("\"recover\":{\"epoch\":\"e\",\"offset\":2,\"time\":1002}");
    next.receive(Frames.reply(1, page("e", 4, 3, 4, "")));

    assertThat(told).containsExactly("1", "2", "3", "4", "recovered 2");
  }

  @Test
  void acknowledgementsSayWhichMessageTheyMean() {
    FakeSocket socket = rig.connected();
    opened(socket, EACH, page("e", 1, 1, 1, ""));

    assertThat(socket.takeOne())
        .contains("acknowledge-inbox", "{\"epoch\":\"e\",\"offset\":1,\"time\":1001}");
  }

  @Test
  void theLastAcknowledgementIsSentBeforeTheEndAlsoWhileAnotherIsUnderWay() {
    FakeSocket socket = rig.connected();
    InboxSubscription inbox = opened(socket, EACH, page("e", 1, 1, 1, ""));
    socket.receive(message("e", 2));
    assertThat(socket.takeOne()).contains("acknowledge-inbox", "\"offset\":1");

    inbox.close();
    rig.loop.run();

    List<String> sent = socket.takeSent();
    assertThat(sent).hasSize(2);
    assertThat(sent.get(0)).contains("acknowledge-inbox", "\"offset\":2");
    assertThat(sent.get(1)).contains("unsubscribe-channel");
    socket.receive(Frames.reply(2, "{\"success\":true}"));
    socket.receive(Frames.reply(3, "{\"success\":true}"));
    socket.receive(Frames.reply(4, "true"));
    rig.loop.advance(Duration.ofMinutes(1));
    assertThat(socket.takeSent()).noneMatch(frame -> frame.contains("acknowledge-inbox"));
  }

  @Test
  void theLastAcknowledgementIsSentAgainWhenAnEarlierOneEndsAfterIt() {
    FakeSocket socket = rig.connected();
    InboxSubscription inbox = opened(socket, EACH, page("e", 1, 1, 1, ""));
    socket.receive(message("e", 2));
    inbox.close();
    rig.loop.run();
    socket.takeSent();

    socket.receive(Frames.failure(3, "EUNAVAILABLE", "not now"));
    rig.loop.advance(BuiltIns.RETRY_DELAY);
    List<String> whileTheFirstIsUnderWay = socket.takeSent();
    socket.receive(Frames.reply(2, "{\"success\":true}"));
    rig.loop.run();

    assertThat(whileTheFirstIsUnderWay).noneMatch(frame -> frame.contains("acknowledge-inbox"));
    assertThat(socket.takeOne()).contains("acknowledge-inbox", "\"offset\":2");
    socket.receive(Frames.reply(5, "{\"success\":true}"));
    rig.loop.advance(Duration.ofMinutes(1));
    assertThat(socket.takeSent()).noneMatch(frame -> frame.contains("acknowledge-inbox"));
  }

  @Test
  void anotherIdentityBeginsWithItsOwnUnreadMessages() {
    FakeSocket socket = rig.connected(Frames.welcome("ann"));
    opened(socket, EACH, page("e", 5, 4, 5, ""));
    socket.takeSent();

    FakeSocket next = rig.reconnected(socket, Frames.welcome("bob"));
    assertThat(next.takeOne()).contains("subscribe-channel").doesNotContain("recover");
    next.receive(Frames.reply(1, page("f", 2, 2, 2, ",\"after\":{\"epoch\":\"f\",\"offset\":1}")));

    assertThat(told).containsExactly("4", "5", "2");
    assertThat(next.takeSent())
        .singleElement()
        .satisfies(
            frame -> assertThat(frame).contains("\"epoch\":\"f\",\"offset\":2,\"time\":1002"));
    FakeSocket third = rig.reconnected(next, Frames.welcome("bob"));
    assertThat(third.takeOne()).contains("\"recover\":{\"epoch\":\"f\",\"offset\":2");
  }

  @Test
  void whatWaitedForTheListenerOfAnotherIdentityIsNotGiven() {
    FakeSocket socket = rig.connected(Frames.welcome("ann"));
    opened(socket, EACH, page("e", 0, 1, 0, ""));
    holdsCallbacks = true;
    socket.receive(message("e", 1));
    socket.receive(message("e", 2));
    socket.receive(message("e", 3));

    FakeSocket next = rig.reconnected(socket, Frames.welcome("bob"));
    next.receive(Frames.reply(1, page("f", 1, 1, 1, ",\"after\":{\"epoch\":\"f\",\"offset\":0}")));
    holdsCallbacks = false;
    runCallbacks();
    rig.loop.run();

    assertThat(told).containsExactly("1");
    assertThat(next.takeSent())
        .filteredOn(frame -> frame.contains("acknowledge-inbox"))
        .singleElement()
        .satisfies(frame -> assertThat(frame).contains("\"epoch\":\"f\""));
  }

  @Test
  void anIdentityByMessageIsKnownToo() {
    FakeSocket socket = rig.connected();
    rig.run(rig.client.authenticate("a"));
    socket.receive(Frames.reply(1, "{\"identity\":\"ann\"}"));
    socket.takeSent();
    CompletableFuture<InboxSubscription> opening = rig.run(rig.client.inbox(listener));
    socket.receive(Frames.reply(2, page("e", 1, 1, 1, "")));
    assertThat(opening).isCompleted();
    socket.takeSent();

    FakeSocket same = rig.reconnected(socket);
    same.receive(Frames.reply(1, "{\"identity\":\"ann\"}"));
    assertThat(same.takeSent().get(1)).contains("\"recover\":{\"epoch\":\"e\"");
    FakeSocket other = rig.reconnected(same);
    other.receive(Frames.reply(1, "{\"identity\":\"bob\"}"));
    assertThat(other.takeSent().get(1)).contains("subscribe-channel").doesNotContain("recover");
  }

  @Test
  void oneCancelledInTheMomentItIsOpenIsClosed() {
    FakeSocket socket = rig.connected();
    CompletableFuture<InboxSubscription> opening = rig.run(rig.client.inbox(listener));
    socket.takeSent();
    holdsCallbacks = true;
    socket.receive(Frames.reply(1, page("e", 0, 1, 0, "")));
    opening.whenComplete((inbox, failure) -> runCallbacks()); // who asked last is told first

    opening.cancel(false);
    rig.loop.run();

    assertThat(socket.takeOne()).contains("unsubscribe-channel");
  }

  @Test
  void aLossToldWhileTheListenerIsBehindIsAGap() {
    FakeSocket socket = rig.connected();
    opened(socket, InboxOptions.defaults(), page("e", 0, 1, 0, ""));
    holdsCallbacks = true;
    for (int offset = 1; offset <= 4; offset++) {
      socket.receive(message("e", offset));
    }

    FakeSocket next = rig.reconnected(socket);
    assertThat(next.takeOne()).contains("\"recover\":{\"epoch\":\"e\",\"offset\":2,\"time\":1002}");
    next.receive(Frames.reply(1, lossOf(page("e", 5, 1, 5, ""))));
    holdsCallbacks = false;
    runCallbacks();
    rig.loop.run();
    next.receive(Frames.reply(2, page("e", 5, 3, 5, "")));

    assertThat(told).startsWith("1", "2", "gap to e2", "3").doesNotContain("recovered 3");
  }

  private InboxSubscription opened(FakeSocket socket, InboxOptions options, String page) {
    CompletableFuture<InboxSubscription> opening = rig.run(rig.client.inbox(listener, options));
    assertThat(socket.takeOne()).contains("subscribe-channel");
    socket.receive(Frames.reply(1, page));
    rig.loop.run();
    return opening.join();
  }

  private void runCallbacks() {
    Runnable next = callbacks.poll();
    while (next != null) {
      next.run();
      next = callbacks.poll();
    }
  }

  private static String message(String epoch, long offset) {
    return "{\"command\":\"mesh/subscription-message\",\"payload\":{\"channel\":\"mesh/inbox\",\"epoch\":\"%s\",%s"
        .formatted(epoch, entry(offset).substring(1))
        .concat("}");
  }

  private static String entry(long n) {
    return "{\"message\":{\"name\":\"note\",\"payload\":%d},\"offset\":%d,\"time\":%d}"
        .formatted(n, n, 1_000 + n);
  }

  /** Messages first to last of an inbox that ends with head. */
  private static String page(String epoch, long head, long first, long last, String more) {
    String entries =
        LongStream.rangeClosed(first, last)
            .mapToObj(InboxTest::entry)
            .collect(Collectors.joining(","));
    return "{\"success\":true,\"history\":[],\"epoch\":\"%s\",\"offset\":%d,\"recovered\":true,\"publications\":[%s]%s%s}"
        .formatted(
            epoch, head, entries, !entries.isEmpty() && last < head ? ",\"more\":true" : "", more);
  }

  private static String lossOf(String page) {
    return page.replace("\"recovered\":true", "\"recovered\":false");
  }
}
