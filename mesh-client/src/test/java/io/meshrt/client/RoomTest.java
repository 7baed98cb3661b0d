// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.ClientRig.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.room.RoomMember;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class RoomTest {
  private static final String NOBODY = "{\"success\":true,\"present\":[]}";
  private static final String DONE = "{\"success\":true}";

  private final ClientRig rig = new ClientRig();
  private final FakeSocket socket = rig.connected();

  @Test
  void joinTellsWhoIsThere() {
    CompletableFuture<List<RoomMember>> members = rig.run(rig.client.rooms().join("lobby"));

    assertThat(socket.takeOne()).isEqualTo(join(1, "lobby"));
    socket.receive(
        Frames.reply(
            1,
            "{\"success\":true,\"present\":[{\"id\":\"c1\",\"metadata\":{\"a\":1}},{\"id\":\"c2\",\"metadata\":null}]}"));

    assertThat(members.join()).extracting(RoomMember::connectionId).containsExactly("c1", "c2");
    assertThat(members.join().get(0).metadata().orElseThrow().path("a").intValue()).isEqualTo(1);
    assertThat(members.join().get(1).metadata()).isEmpty();
    assertThat(rig.client.rooms().joined()).containsExactly("lobby");
  }

  @Test
  void refusedJoinFailsAndIsForgotten() {
    CompletableFuture<List<RoomMember>> members = rig.run(rig.client.rooms().join("lobby"));

    socket.receive(Frames.failure(1, "EACCESS", "no"));

    assertFailed(members, "EACCESS");
    assertThat(rig.client.rooms().joined()).isEmpty();
    assertThat(rig.reconnected(socket).takeSent()).isEmpty();
  }

  @Test
  void joinedRoomsAreJoinedAgainBeforeWaitingCalls() {
    joined("a");
    joined("b");
    left("b");
    joined("c");
    socket.closeFromServer(1006, "");
    rig.echo("waiting");

    rig.awaitReconnect();
    FakeSocket next = rig.connector.next().accept();
    next.receive(Frames.welcome());

    assertThat(next.takeSent())
        .containsExactlyInAnyOrder(
            join(1, "a"), join(2, "c"), "{\"id\":3,\"command\":\"echo\",\"payload\":\"waiting\"}");
    assertThat(rig.client.rooms().joined()).containsExactlyInAnyOrder("a", "c");
  }

  @Test
  void roomsAreJoinedAgainAfterTheApplicationConnectsAnew() {
    joined("a");
    socket.closeFromServer(4503, "not now");
    assertThat(rig.client.status()).isEqualTo(ClientStatus.DISCONNECTED);
    assertFailed(rig.run(rig.client.rooms().join("b")), "EUNAVAILABLE");

    FakeSocket next = rig.connected();

    assertThat(next.takeOne()).isEqualTo(join(1, "a"));
  }

  @Test
  void joinLostWithItsConnectionFailsAndIsNotRestored() {
    CompletableFuture<List<RoomMember>> lost = rig.run(rig.client.rooms().join("lobby"));

    FakeSocket next = rig.reconnected(socket);

    assertFailed(lost, "CONNECTION_LOST");
    assertThat(next.takeSent()).isEmpty();
    assertThat(rig.client.rooms().joined()).isEmpty();
  }

  @Test
  void secondJoinThatFailsLeavesTheFirstInPlace() {
    joined("lobby");
    CompletableFuture<List<RoomMember>> again = rig.run(rig.client.rooms().join("lobby"));

    FakeSocket next = rig.reconnected(socket);

    assertFailed(again, "CONNECTION_LOST");
    assertThat(next.takeOne()).isEqualTo(join(1, "lobby"));
    assertThat(rig.client.rooms().joined()).containsExactly("lobby");
  }

  @Test
  void joinThatWaitsForTheReconnectIsMadeOnce() {
    socket.closeFromServer(1006, "");
    CompletableFuture<List<RoomMember>> waiting = rig.run(rig.client.rooms().join("lobby"));

    rig.awaitReconnect();
    FakeSocket next = rig.connector.next().accept();
    next.receive(Frames.welcome());

    assertThat(next.takeOne()).isEqualTo(join(1, "lobby"));
    next.receive(Frames.reply(1, NOBODY));
    assertThat(waiting).isCompletedWithValue(List.of());
  }

  @Test
  void refusedRejoinIsReportedAndForgotten() {
    joined("lobby");
    FakeSocket next = rig.reconnected(socket);

    next.receive(Frames.failure(1, "EACCESS", "not any more"));

    assertThat(rig.client.rooms().joined()).isEmpty();
    assertThat(rig.errors).hasSize(1);
    ClientError error = rig.errors.get(0);
    assertThat(error.kind()).isEqualTo(ClientError.Kind.NOT_RESTORED);
    assertThat(error.subject()).isEqualTo(ClientError.Subject.ROOM);
    assertThat(error.name()).isEqualTo("lobby");
    assertThat(error.message()).isEqualTo("not any more");
    next.takeSent();
    assertThat(rig.reconnected(next).takeSent()).isEmpty();
  }

  @Test
  void rejoinThatTheServerCannotDoJustNowIsTriedAgain() {
    joined("lobby");
    FakeSocket next = rig.reconnected(socket);
    next.takeSent();

    next.receive(Frames.failure(1, "EUNAVAILABLE", "no cluster."));
    rig.loop.advance(Duration.ofSeconds(5));
    assertThat(next.takeOne()).isEqualTo(join(2, "lobby"));
    next.receive(Frames.failure(2, "EUNAVAILABLE", "no cluster."));
    rig.loop.advance(Duration.ofSeconds(5));
    next.receive(Frames.reply(3, NOBODY));

    assertThat(rig.errors)
        .extracting(ClientError::message)
        .containsExactly("no cluster. (will be tried again)");
    assertThat(rig.client.rooms().joined()).containsExactly("lobby");
  }

  @Test
  void rejoinIsNotTriedAgainOnceTheRoomWasLeft() {
    joined("lobby");
    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.failure(1, "EUNAVAILABLE", "no cluster."));
    next.takeSent();

    rig.run(rig.client.rooms().leave("lobby"));
    next.takeSent();
    rig.loop.advance(Duration.ofSeconds(20));

    assertThat(next.takeSent()).isEmpty();
  }

  @Test
  void leaveWhileReconnectingKeepsTheRoomFromBeingJoinedAgain() {
    joined("lobby");
    socket.closeFromServer(1006, "");
    CompletableFuture<Void> leaving = rig.run(rig.client.rooms().leave("lobby"));
    assertThat(rig.client.rooms().joined()).isEmpty();

    rig.awaitReconnect();
    FakeSocket next = rig.connector.next().accept();
    next.receive(Frames.welcome());

    assertThat(next.takeOne()).isEqualTo(leave(1, "lobby"));
    next.receive(Frames.reply(1, DONE));
    assertThat(leaving).isCompleted();
  }

  @Test
  void leaveLostWithItsConnectionHasHappened() {
    joined("lobby");
    CompletableFuture<Void> leaving = rig.run(rig.client.rooms().leave("lobby"));

    FakeSocket next = rig.reconnected(socket);

    assertThat(leaving).isCompleted();
    assertThat(failureOrNull(leaving)).isNull();
    assertThat(next.takeSent()).isEmpty();
  }

  @Test
  void leaveBeforeTheAnswerToTheJoinWins() {
    rig.client.rooms().join("lobby");
    rig.client.rooms().leave("lobby");
    rig.loop.run();
    assertThat(socket.takeSent()).containsExactly(join(1, "lobby"), leave(2, "lobby"));

    socket.receive(Frames.reply(1, NOBODY));
    socket.receive(Frames.reply(2, DONE));

    assertThat(rig.client.rooms().joined()).isEmpty();
    assertThat(rig.reconnected(socket).takeSent()).isEmpty();
  }

  @Test
  void joinAfterLeaveIsAJoinOfItsOwn() {
    joined("lobby");
    rig.client.rooms().leave("lobby");
    rig.client.rooms().join("lobby");
    rig.loop.run();

    socket.receive(Frames.reply(2, DONE));
    socket.receive(Frames.reply(3, NOBODY));

    assertThat(rig.client.rooms().joined()).containsExactly("lobby");
  }

  @Test
  void metadataOfARoomIsRead() {
    var metadata = rig.client.rooms().metadata("lobby");
    var tree = rig.run(metadata.get());
    var typed = rig.run(metadata.get(new TypeReference<Map<String, String>>() {}));
    var wrong = rig.run(metadata.get(Integer.class));
    var none = rig.run(metadata.get(String.class));

    assertThat(socket.takeSent())
        .first()
        .isEqualTo(
            "{\"id\":1,\"command\":\"mesh/get-room-metadata\",\"payload\":{\"roomName\":\"lobby\"}}");
    for (int id = 1; id <= 3; id++) {
      socket.receive(Frames.reply(id, "{\"metadata\":{\"topic\":\"t\"}}"));
    }
    socket.receive(Frames.reply(4, "{\"metadata\":null}"));

    assertThat(tree.join().orElseThrow().path("topic").textValue()).isEqualTo("t");
    assertThat(typed.join()).contains(Map.of("topic", "t"));
    assertThat(failure(wrong)).isInstanceOf(UnexpectedReplyException.class);
    assertThat(none.join()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "a\u202Eb"})
  void badNamesAreRefused(String name) {
    assertThat(failure(rig.client.rooms().join(name)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("room: ");
    assertThat(failure(rig.client.rooms().leave(name)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rig.client.rooms().metadata(name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void halvesOfSurrogatesAreRefused() {
    assertThat(failure(rig.client.rooms().join("a\uD800")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("room: ");
    assertThatThrownBy(() -> rig.client.onMessage("\uDC00", String.class, payload -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    rig.run(rig.client.rooms().join("\uD83D\uDE00"));

    assertThat(socket.takeSent()).hasSize(1);
  }

  @Test
  void namesMayHave255Bytes() {
    rig.run(rig.client.rooms().join("ä".repeat(127) + "a"));

    assertThat(socket.takeSent()).hasSize(1);
    assertThat(failure(rig.client.rooms().join("ä".repeat(128))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void wordsOfTheProtocolAreRoomsLikeAnyOther() {
    joined("mesh/ping");

    assertThat(rig.client.rooms().joined()).containsExactly("mesh/ping");
  }

  @Test
  void nothingWorksAfterClose() {
    joined("lobby");
    rig.client.beginClose(Duration.ZERO);
    rig.loop.run();

    assertFailed(rig.run(rig.client.rooms().join("lobby")), "CLOSED");
    assertFailed(rig.run(rig.client.rooms().leave("lobby")), "CLOSED");
    assertFailed(rig.run(rig.client.rooms().metadata("lobby").get()), "CLOSED");
    assertThat(rig.client.rooms().joined()).isEmpty();
  }

  @Test
  void closeFailsAJoinUnderWay() {
    CompletableFuture<List<RoomMember>> joining = rig.run(rig.client.rooms().join("lobby"));

    rig.client.beginClose(Duration.ZERO);
    rig.loop.run();

    assertFailed(joining, "CLOSED");
  }

  @Test
  void joinWithoutAnAnswerTimesOut() {
    CompletableFuture<List<RoomMember>> joining = rig.run(rig.client.rooms().join("lobby"));

    for (int i = 0; i < 30; i++) {
      rig.loop.advance(Duration.ofSeconds(1));
      socket.receive("{\"command\":\"ping\",\"payload\":{\"t\":1}}");
    }

    assertFailed(joining, "ETIMEOUT");
    assertThat(failure(joining)).hasMessage("Command timed out after 30000ms.");
    assertThat(rig.client.rooms().joined()).isEmpty();
  }

  @Test
  void gapOfARoomIsReported() {
    socket.receive(gap("\"kind\":\"room\",\"name\":\"lobby\""));
    socket.receive(gap("\"kind\":\"identity\",\"name\":\"user-7\""));
    socket.receive(gap("\"kind\":\"everyone\",\"name\":\"\""));
    socket.receive(gap("\"kind\":\"what\""));

    assertThat(rig.errors).extracting(ClientError::kind).containsOnly(ClientError.Kind.GAP);
    assertThat(rig.errors)
        .extracting(ClientError::subject)
        .containsExactly(
            ClientError.Subject.ROOM,
            ClientError.Subject.IDENTITY,
            ClientError.Subject.EVERYONE,
            ClientError.Subject.CLIENT);
    assertThat(rig.errors).extracting(ClientError::name).containsExactly("lobby", "user-7", "", "");
  }

  private static String gap(String payload) {
    return "{\"command\":\"mesh/gap\",\"payload\":{" + payload + "}}";
  }

  private long calls;

  private void joined(String room) {
    CompletableFuture<List<RoomMember>> members = rig.run(rig.client.rooms().join(room));
    socket.receive(Frames.reply(++calls, NOBODY));
    socket.takeSent();
    assertThat(members).isCompleted();
  }

  private void left(String room) {
    CompletableFuture<Void> left = rig.run(rig.client.rooms().leave(room));
    socket.receive(Frames.reply(++calls, DONE));
    socket.takeSent();
    assertThat(left).isCompleted();
  }

  private static Throwable failureOrNull(CompletableFuture<?> future) {
    return future.handle((value, failure) -> failure).join();
  }

  private static String join(long id, String room) {
    return "{\"id\":%d,\"command\":\"mesh/join-room\",\"payload\":{\"roomName\":\"%s\"}}"
        .formatted(id, room);
  }

  private static String leave(long id, String room) {
    return "{\"id\":%d,\"command\":\"mesh/leave-room\",\"payload\":{\"roomName\":\"%s\"}}"
        .formatted(id, room);
  }
}
