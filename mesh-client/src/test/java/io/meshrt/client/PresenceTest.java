// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.ClientRig.failure;
import static io.meshrt.client.fake.PresenceFrames.call;
import static io.meshrt.client.fake.PresenceFrames.present;
import static io.meshrt.client.fake.PresenceFrames.presentWithStates;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.fake.PresenceFrames;
import io.meshrt.client.presence.PresenceEvent;
import io.meshrt.client.presence.PresenceListener;
import io.meshrt.client.presence.PresenceSubscription;
import io.meshrt.client.presence.PresentMember;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class PresenceTest {
  private static final String SUBSCRIBE = "mesh/subscribe-presence";
  private static final String UNSUBSCRIBE = "mesh/unsubscribe-presence";
  private static final String UPDATE = "mesh/presence-update";

  private final ClientRig rig = new ClientRig();
  private final FakeSocket socket = rig.connected();
  private final List<PresenceEvent> events = new ArrayList<>();
  private final List<String> told = new ArrayList<>();

  @Test
  void subscriberGetsASnapshotAndThenChanges() {
    CompletableFuture<PresenceSubscription> subscribed =
        rig.run(rig.client.presence().subscribe("r", this::hear));
    assertThat(socket.takeOne()).isEqualTo(call(1, SUBSCRIBE, "r"));
    assertThat(subscribed).isNotDone();

    socket.receive(Frames.reply(1, presentWithStates("{\"a\":{\"s\":1},\"ghost\":2}", "a", "b")));
    moved("join", "c");
    state("b", "\"busy\"");
    state("a", "null");
    moved("leave", "b");

    assertThat(told)
        .containsExactly(
            "INITIAL [a={\"s\":1}, b]", "JOINED c", "STATE b=\"busy\"", "STATE a", "LEFT b");
    assertThat(events.get(1).time()).contains(Instant.ofEpochMilli(1795211565459L));
    assertThat(subscribed.join().room()).isEqualTo("r");
    assertThat(ids(subscribed.join().members())).containsExactly("a", "c");
  }

  @Test
  void refusedSubscriptionFails() {
    CompletableFuture<PresenceSubscription> subscribed =
        rig.run(rig.client.presence().subscribe("r", this::hear));

    socket.receive(Frames.failure(1, "EACCESS", "not tracked"));

    assertFailed(subscribed, "EACCESS");
    assertThat(told).isEmpty();
    socket.takeSent();
    assertThat(rig.reconnected(socket).takeSent()).isEmpty();
  }

  @Test
  void whatIsKnownAlreadyIsNotTold() {
    subscribed("a");
    moved("join", "a");
    moved("leave", "x");
    moved("leave", "a");
    moved("leave", "a");
    state("a", "1");

    assertThat(told).containsExactly("INITIAL [a]", "LEFT a");
  }

  @Test
  void pushesOfOtherRoomsAndWithoutSenseAreIgnored() {
    subscribed("a");

    socket.receive(PresenceFrames.moved(UPDATE, "join", "other", "b"));
    socket.receive(PresenceFrames.moved(UPDATE, "dance", "r", "b"));
    socket.receive("{\"command\":\"mesh/presence-update\",\"payload\":[1]}");
    socket.receive("{\"command\":\"mesh/presence-update\",\"payload\":{\"type\":\"join\"}}");

    assertThat(told).containsExactly("INITIAL [a]");
    assertThat(rig.errors).isEmpty();
  }

  @Test
  void changesBeforeTheReplyAreAppliedToTheSnapshot() {
    rig.run(rig.client.presence().subscribe("r", this::hear));

    moved("join", "c");
    state("c", "1");
    moved("leave", "a");
    state("b", "2");
    state("nobody", "3");
    socket.receive(Frames.reply(1, present("a", "b")));

    assertThat(told).containsExactly("INITIAL [b=2, c=1]");
  }

  @Test
  void whoLeftAndCameBackBeforeTheReplyHasTheStateOfTheSnapshotNoMore() {
    rig.run(rig.client.presence().subscribe("r", this::hear));

    moved("leave", "a");
    moved("join", "a");
    socket.receive(Frames.reply(1, presentWithStates("{\"a\":1}", "a")));

    assertThat(told).containsExactly("INITIAL [a]");
  }

  @Test
  void listenersOfARoomShareOneSubscription() {
    PresenceSubscription first = subscribed("a");
    CompletableFuture<PresenceSubscription> second =
        rig.run(rig.client.presence().subscribe("r", this::hear));
    assertThat(second).isCompleted();
    moved("join", "b");
    assertThat(told).containsExactly("INITIAL [a]", "INITIAL [a]", "JOINED b", "JOINED b");

    first.close();
    first.close();
    rig.loop.run();
    moved("leave", "b");
    assertThat(told).hasSize(5);
    assertThat(socket.takeSent()).isEmpty();

    second.join().close();
    rig.loop.run();
    assertThat(socket.takeOne()).isEqualTo(call(2, UNSUBSCRIBE, "r"));
    moved("join", "c");
    assertThat(told).hasSize(5);
  }

  @Test
  void subscribingWhileSubscribingWaitsForTheSameReply() {
    CompletableFuture<PresenceSubscription> first =
        rig.run(rig.client.presence().subscribe("r", this::hear));
    CompletableFuture<PresenceSubscription> second =
        rig.run(rig.client.presence().subscribe("r", this::hear));
    assertThat(socket.takeSent()).hasSize(1);

    socket.receive(Frames.reply(1, present("a")));

    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(told).containsExactly("INITIAL [a]", "INITIAL [a]");
  }

  @Test
  void subscribingWhileUnsubscribingComesAfterIt() {
    subscribed("a").close();
    CompletableFuture<PresenceSubscription> next =
        rig.run(rig.client.presence().subscribe("r", this::hear));
    assertThat(socket.takeOne()).isEqualTo(call(2, UNSUBSCRIBE, "r"));
    moved("join", "late");

    socket.receive(Frames.reply(2, "true"));
    assertThat(socket.takeOne()).isEqualTo(call(3, SUBSCRIBE, "r"));
    socket.receive(Frames.reply(3, present("b")));

    assertThat(next).isCompleted();
    assertThat(told).containsExactly("INITIAL [a]", "INITIAL [b]");
  }

  @Test
  void cancelledSubscribeIsUndone() {
    CompletableFuture<PresenceSubscription> subscribed =
        rig.run(rig.client.presence().subscribe("r", this::hear));
    socket.takeSent();

    subscribed.cancel(false);
    rig.loop.run();
    socket.receive(Frames.reply(1, present("a")));

    assertThat(told).isEmpty();
    assertThat(socket.takeOne()).isEqualTo(call(2, UNSUBSCRIBE, "r"));
  }

  @Test
  void reconnectGivesASnapshotInsteadOfAReplay() {
    PresenceSubscription subscription = subscribed("a", "b");
    FakeSocket next = rig.reconnected(socket);
    assertThat(next.takeOne()).isEqualTo(call(1, SUBSCRIBE, "r"));
    assertThat(ids(subscription.members())).containsExactly("a", "b");

    next.receive(PresenceFrames.moved(UPDATE, "join", "r", "d"));
    next.receive(Frames.reply(1, present("b", "c")));
    next.receive(PresenceFrames.moved(UPDATE, "leave", "r", "c"));

    assertThat(told).containsExactly("INITIAL [a, b]", "RESTORED [b, c, d]", "LEFT c");
    assertThat(ids(subscription.members())).containsExactly("b", "d");
  }

  @Test
  void refusalAfterAReconnectEndsTheSubscription() {
    PresenceSubscription subscription = subscribed("a");
    FakeSocket next = rig.reconnected(socket);

    next.receive(Frames.failure(1, "EACCESS", "no"));
    next.takeSent();

    assertThat(told).containsExactly("INITIAL [a]", "ENDED");
    assertThat(rig.errors)
        .extracting(ClientError::subject)
        .containsExactly(ClientError.Subject.PRESENCE);
    subscription.close();
    rig.loop.run();
    assertThat(next.takeSent()).isEmpty();
    assertThat(rig.reconnected(next).takeSent()).isEmpty();
  }

  @Test
  void closedWhileReconnectingIsNotRestored() {
    PresenceSubscription subscription = subscribed("a");
    socket.closeFromServer(1006, "");
    subscription.close();

    rig.awaitReconnect();
    FakeSocket next = rig.connector.next().accept();
    next.receive(Frames.welcome());

    assertThat(next.takeSent()).containsExactly(call(1, UNSUBSCRIBE, "r"));
    next.receive(Frames.reply(1, "false"));
    assertThat(rig.reconnected(next).takeSent()).isEmpty();
  }

  @Test
  void closedWhileTheRestoreIsUnderWay() {
    PresenceSubscription subscription = subscribed("a");
    FakeSocket next = rig.reconnected(socket);
    next.takeSent();

    subscription.close();
    rig.loop.run();
    assertThat(next.takeSent()).isEmpty();
    next.receive(Frames.reply(1, present("a")));

    assertThat(next.takeOne()).isEqualTo(call(2, UNSUBSCRIBE, "r"));
  }

  @Test
  void lostAgainWhileTheRestoreIsUnderWay() {
    subscribed("a");
    FakeSocket second = rig.reconnected(socket);
    FakeSocket third = rig.reconnected(second);

    assertThat(third.takeOne()).isEqualTo(call(1, SUBSCRIBE, "r"));
    third.receive(Frames.reply(1, present("b")));

    assertThat(told).containsExactly("INITIAL [a]", "RESTORED [b]");
    assertThat(rig.errors).isEmpty();
  }

  @Test
  void furtherListenerWhileReconnectingBeginsWithWhatWasKnown() {
    subscribed("a");
    socket.closeFromServer(1006, "");
    CompletableFuture<PresenceSubscription> second =
        rig.run(rig.client.presence().subscribe("r", this::hear));
    assertThat(second).isCompleted();

    rig.awaitReconnect();
    FakeSocket next = rig.connector.next().accept();
    next.receive(Frames.welcome());
    next.receive(Frames.reply(1, present("b")));

    assertThat(told).containsExactly("INITIAL [a]", "INITIAL [a]", "RESTORED [b]", "RESTORED [b]");
  }

  @Test
  void furtherListenerWithoutAConnectionFails() {
    subscribed("a");
    socket.closeFromServer(4503, "");

    assertFailed(rig.run(rig.client.presence().subscribe("r", this::hear)), "EUNAVAILABLE");
  }

  @Test
  void listenerThatThrowsIsReportedAndHearsTheNextEvent() {
    PresenceListener failing =
        event -> {
          hear(event);
          throw new IllegalStateException("boom");
        };
    rig.run(rig.client.presence().subscribe("r", failing));
    socket.receive(Frames.reply(1, present("a")));
    moved("join", "b");

    assertThat(told).containsExactly("INITIAL [a]", "JOINED b");
    assertThat(rig.errors).extracting(ClientError::message).containsExactly("boom", "boom");
    assertThat(rig.errors).extracting(ClientError::name).containsOnly("r");
  }

  @Test
  void presentMembersAreAskedFor() {
    CompletableFuture<List<PresentMember>> members = rig.run(rig.client.presence().state("r"));

    assertThat(socket.takeOne()).isEqualTo(call(1, "mesh/get-presence-state", "r"));
    socket.receive(
        Frames.reply(
            1, "{\"success\":true,\"present\":[\"a\",\"b\"],\"states\":{\"b\":{\"s\":1}}}"));

    assertThat(ids(members.join())).containsExactly("a", "b");
    assertThat(members.join().get(1).state().orElseThrow().path("s").intValue()).isEqualTo(1);
  }

  @Test
  void badNamesAreRefused() {
    assertThat(failure(rig.client.presence().subscribe("", this::hear)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(failure(rig.client.presence().publishState("a\u0000", 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(failure(rig.client.presence().clearState("x".repeat(256))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(failure(rig.client.presence().state("")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothingWorksAfterClose() {
    PresenceSubscription subscription = subscribed("a");
    rig.client.beginClose(Duration.ZERO);
    rig.loop.run();

    assertFailed(rig.run(rig.client.presence().subscribe("r", this::hear)), "CLOSED");
    assertFailed(rig.run(rig.client.presence().subscribe("x", this::hear)), "CLOSED");
    assertFailed(rig.run(rig.client.presence().publishState("r", 1)), "CLOSED");
    assertFailed(rig.run(rig.client.presence().clearState("r")), "CLOSED");
    assertFailed(rig.run(rig.client.presence().state("r")), "CLOSED");
    subscription.close();
    assertThat(ids(subscription.members())).containsExactly("a");
  }

  private void hear(PresenceEvent event) {
    events.add(event);
    told.add(text(event));
  }

  static String text(PresenceEvent event) {
    String text = event.type().name();
    if (event.type().isSnapshot()) {
      return text + " " + event.members().stream().map(PresenceTest::text).toList();
    }
    return event.type() == PresenceEvent.Type.ENDED
        ? text
        : text + " " + text(new PresentMember(event.connectionId(), event.state()));
  }

  static String text(PresentMember member) {
    return member.connectionId() + member.state().map(state -> "=" + state).orElse("");
  }

  private static List<String> ids(List<PresentMember> members) {
    return members.stream().map(PresentMember::connectionId).toList();
  }

  private void moved(String type, String id) {
    socket.receive(PresenceFrames.moved(UPDATE, type, "r", id));
  }

  private void state(String id, String state) {
    socket.receive(PresenceFrames.state(UPDATE, "r", id, state));
  }

  private PresenceSubscription subscribed(String... ids) {
    CompletableFuture<PresenceSubscription> subscribed =
        rig.run(rig.client.presence().subscribe("r", this::hear));
    socket.receive(Frames.reply(1, present(ids)));
    socket.takeSent();
    return subscribed.join();
  }
}
