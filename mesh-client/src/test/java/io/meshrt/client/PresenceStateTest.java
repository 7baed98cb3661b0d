// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.ClientRig.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.fake.PresenceFrames;
import io.meshrt.client.presence.StateOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class PresenceStateTest {
  private static final StateOptions FIVE_SECONDS =
      StateOptions.defaults().withExpireAfter(Duration.ofSeconds(5));

  private final ClientRig rig = new ClientRig();
  private final FakeSocket socket = rig.connected();
  private long calls;

  @Test
  void stateIsPublishedWithItsOptions() {
    rig.client.presence().publishState("r", Map.of("s", "typing"));
    rig.client.presence().publishState("r", 1, FIVE_SECONDS.withSilent(true));
    rig.loop.run();

    assertThat(socket.takeSent())
        .containsExactly(
            publish(1, "{\"s\":\"typing\"}", ""),
            publish(2, "1", ",\"expireAfter\":5000,\"silent\":true"));
  }

  @Test
  void publishedStateIsPublishedAgainAfterTheRoomWasJoinedAndSubscribed() {
    rig.run(rig.client.presence().subscribe("r", event -> {}));
    socket.receive(Frames.reply(++calls, PresenceFrames.present()));
    rig.run(rig.client.rooms().join("r"));
    socket.receive(Frames.reply(++calls, PresenceFrames.present()));
    published(1);
    published(2);

    FakeSocket next = rig.reconnected(socket);

    assertThat(next.takeSent())
        .containsExactly(
            PresenceFrames.call(1, "mesh/join-room", "r"),
            PresenceFrames.call(2, "mesh/subscribe-presence", "r"),
            publish(3, "2", ""));
  }

  @Test
  void expiringStateIsPublishedAgainForTheRestOfItsTime() {
    CompletableFuture<Void> publishing =
        rig.run(rig.client.presence().publishState("r", 1, FIVE_SECONDS));
    socket.receive(Frames.reply(++calls, "true"));
    assertThat(publishing).isCompleted();
    rig.loop.advance(Duration.ofSeconds(3));

    FakeSocket next = rig.reconnected(socket);

    assertThat(next.takeOne()).isEqualTo(publish(1, "1", ",\"expireAfter\":1600"));
  }

  @Test
  void expiredStateIsNotPublishedAgain() {
    rig.run(rig.client.presence().publishState("r", 1, FIVE_SECONDS));
    socket.receive(Frames.reply(++calls, "true"));
    rig.loop.advance(Duration.ofSeconds(5));

    assertThat(sentAfterReconnect()).isEmpty();
  }

  @Test
  void clearedStateIsNotPublishedAgain() {
    published(1);
    CompletableFuture<Void> cleared = rig.run(rig.client.presence().clearState("r"));
    assertThat(socket.takeOne())
        .isEqualTo(PresenceFrames.call(2, "mesh/clear-presence-state", "r"));

    assertThat(rig.reconnected(socket).takeSent()).isEmpty();
    assertThat(cleared).isCompletedWithValue(null);
  }

  @Test
  void clearBeforeTheAnswerToThePublishWins() {
    rig.client.presence().publishState("r", 1);
    rig.client.presence().clearState("r");
    rig.loop.run();
    socket.receive(Frames.reply(1, "true"));
    socket.receive(Frames.reply(2, "true"));

    assertThat(sentAfterReconnect()).isEmpty();
  }

  @Test
  void leavingTakesTheStateAlong() {
    published(1);
    rig.run(rig.client.rooms().leave("r"));
    socket.receive(Frames.reply(++calls, "{\"success\":true}"));

    assertThat(sentAfterReconnect()).isEmpty();
  }

  @Test
  void refusedOrLostStateIsNotPublishedAgain() {
    CompletableFuture<Void> refused = rig.run(rig.client.presence().publishState("r", 1));
    socket.receive(Frames.failure(++calls, "EACCESS", "not a member"));
    CompletableFuture<Void> lost = rig.run(rig.client.presence().publishState("r", 2));

    assertThat(sentAfterReconnect()).isEmpty();
    assertFailed(refused, "EACCESS");
    assertFailed(lost, "CONNECTION_LOST");
  }

  @Test
  void stateOfARoomThatCannotBeJoinedAgainIsForgottenWithIt() {
    rig.run(rig.client.rooms().join("r"));
    socket.receive(Frames.reply(++calls, PresenceFrames.present()));
    published(1);
    FakeSocket next = rig.reconnected(socket);

    next.receive(Frames.failure(1, "EACCESS", "no"));
    next.receive(Frames.failure(2, "EACCESS", "not a member"));

    assertThat(rig.errors)
        .extracting(ClientError::subject)
        .containsExactly(ClientError.Subject.ROOM);
    next.takeSent();
    assertThat(rig.reconnected(next).takeSent()).isEmpty();
  }

  @Test
  void refusalAfterAReconnectIsReportedAndForgotten() {
    published(1);
    FakeSocket next = rig.reconnected(socket);
    next.takeSent();

    next.receive(Frames.failure(1, "EACCESS", "not a member"));

    assertThat(rig.errors)
        .extracting(ClientError::subject)
        .containsExactly(ClientError.Subject.PRESENCE_STATE);
    assertThat(rig.reconnected(next).takeSent()).isEmpty();
  }

  @Test
  void whatCannotBeAStateIsRefused() {
    assertThat(failure(rig.client.presence().publishState("r", new Object())))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StateOptions.defaults().withExpireAfter(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Iterable<String> sentAfterReconnect() {
    socket.takeSent();
    return rig.reconnected(socket).takeSent();
  }

  private void published(int state) {
    CompletableFuture<Void> publishing = rig.run(rig.client.presence().publishState("r", state));
    socket.receive(Frames.reply(++calls, "true"));
    socket.takeSent();
    assertThat(publishing).isCompleted();
  }

  private static String publish(long id, String state, String options) {
    return "{\"id\":%d,\"command\":\"mesh/publish-presence-state\",\"payload\":{\"roomName\":\"r\",\"state\":%s%s}}"
        .formatted(id, state, options);
  }
}
