// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.ClientRig.failure;
import static io.meshrt.client.fake.Frames.legacyReply;
import static io.meshrt.client.fake.PresenceFrames.call;
import static io.meshrt.client.fake.PresenceFrames.present;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.fake.PresenceFrames;
import io.meshrt.client.presence.PresenceEvent;
import io.meshrt.client.presence.PresenceSubscription;
import io.meshrt.client.room.RoomMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames as the protocol page records them of the older servers. */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class LegacyRoomsTest {
  private static final String JOIN = "mesh/join-room";
  private static final String DONE = "{\"success\":true}";
  private static final String REFUSED = "{\"success\":false,\"present\":[]}";
  private static final String NO_ACCESS =
      "{\"error\":\"Permission denied.\",\"code\":\"EACCESS\",\"name\":\"PermissionError\"}";

  private final List<String> told = new ArrayList<>();
  private ClientRig rig = new ClientRig();

  @ParameterizedTest
  @ValueSource(strings = {"mesh/", "rt/"})
  void prefixedServersAreAskedInTheirPrefix(String prefix) {
    FakeSocket socket = greeted(prefix);
    CompletableFuture<List<RoomMember>> joined = rig.run(rig.client.rooms().join("room:a"));

    assertThat(socket.takeOne()).isEqualTo(call(1, prefix + "join-room", "room:a"));
    socket.receive(
        legacyReply(
            1,
            prefix + "join-room",
            "{\"success\":true,\"present\":[{\"id\":\"conn-mwpim188000000007ae10\",\"metadata\":{\"a\":1,\"n\":{\"x\":1,\"y\":2}}}]}"));

    assertThat(joined.join().get(0).connectionId()).isEqualTo("conn-mwpim188000000007ae10");
    assertThat(joined.join().get(0).metadata().orElseThrow().at("/n/y").intValue()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mesh/", "rt/"})
  void presenceComesInThePrefixOfTheServer(String prefix) {
    FakeSocket socket = greeted(prefix);
    rig.run(rig.client.presence().subscribe("room:a", this::hear));
    socket.receive(legacyReply(1, prefix + "subscribe-presence", present("c1")));

    String update = prefix + "presence-update";
    socket.receive(PresenceFrames.moved(update, "join", "room:a", "c2"));
    socket.receive(PresenceFrames.state(update, "room:a", "c2", "{\"s\":\"typing\"}"));
    socket.receive(
        PresenceFrames.moved(
            prefix.equals("rt/") ? "mesh/presence-update" : "rt/presence-update",
            "join",
            "room:a",
            "c3"));
    socket.receive(
        "{\"command\":\""
            + prefix
            + "subscription-message\",\"payload\":{\"channel\":\"presence:room:a\",\"message\":\"x\"}}");
    socket.receive(PresenceFrames.moved(update, "leave", "room:a", "c2"));
    socket.receive(PresenceFrames.moved(update, "leave", "room:a", "c2"));

    assertThat(told)
        .containsExactly("INITIAL [c1]", "JOINED c2", "STATE c2={\"s\":\"typing\"}", "LEFT c2");
  }

  @Test
  void presentMayBeIdsOnly() {
    FakeSocket socket = rig.connected(Frames.MESH_ASSIGN_ID);
    CompletableFuture<List<RoomMember>> joined = rig.run(rig.client.rooms().join("r"));

    socket.receive(legacyReply(1, JOIN, "{\"success\":true,\"present\":[\"c1\",\"c2\"]}"));

    assertThat(joined.join()).extracting(RoomMember::connectionId).containsExactly("c1", "c2");
    assertThat(joined.join().get(0).metadata()).isEmpty();
  }

  @Test
  void refusalsInEachOfTheirShapesAreEaccess() {
    FakeSocket socket = rig.connected(Frames.MESH_ASSIGN_ID);
    CompletableFuture<?> joining = rig.run(rig.client.rooms().join("a"));
    CompletableFuture<?> subscribing = rig.run(rig.client.presence().subscribe("b", this::hear));
    CompletableFuture<?> publishing = rig.run(rig.client.presence().publishState("c", 1));
    CompletableFuture<?> setting = rig.run(rig.client.metadata().set(1));
    CompletableFuture<?> asking = rig.run(rig.client.presence().state("d"));

    socket.receive(legacyReply(1, JOIN, NO_ACCESS));
    socket.receive(legacyReply(2, "mesh/subscribe-presence", REFUSED));
    socket.receive(legacyReply(3, "mesh/publish-presence-state", "false"));
    socket.receive(legacyReply(4, "mesh/set-my-connection-metadata", "{\"success\":false}"));
    socket.receive(legacyReply(5, "mesh/get-presence-state", REFUSED));

    List.of(joining, subscribing, publishing, setting, asking)
        .forEach(future -> assertFailed(future, "EACCESS"));
    assertThat(failure(joining)).hasMessage("Permission denied.");
    assertThat(failure(publishing)).hasMessage("The server refused publish-presence-state.");
  }

  @Test
  void bareServerHasNoRoomsAndIsNotAsked() {
    rig = new ClientRig(b -> b.generation(Generation.BARE));
    FakeSocket socket = opened();

    CompletableFuture<?> joining = rig.run(rig.client.rooms().join("r"));
    CompletableFuture<?> publishing = rig.run(rig.client.presence().publishState("r", 1));
    CompletableFuture<?> reading = rig.run(rig.client.metadata().get());

    List.of(joining, publishing, reading).forEach(future -> assertFailed(future, "ENOTFOUND"));
    assertThat(failure(joining))
        .hasMessage("The server, of generation BARE, has no built-in command join-room.");
    assertThat(socket.takeSent()).isEmpty(); // it may have a join-room of the application's own
  }

  @Test
  void bareServerOfTheLastDaysTellsPresence() {
    rig = new ClientRig(b -> b.generation(Generation.BARE));
    List<String> pushes = new ArrayList<>();
    rig.client.onAnyMessage((name, payload) -> pushes.add(name));
    FakeSocket socket = opened();
    rig.run(rig.client.presence().subscribe("r", this::hear));
    assertThat(socket.takeOne()).isEqualTo(call(1, "subscribe-presence", "r"));
    socket.receive(legacyReply(1, "subscribe-presence", "{\"success\":true,\"present\":[\"c1\"]}"));

    socket.receive(PresenceFrames.moved("presence-update", "join", "r", "c2"));

    assertThat(told).containsExactly("INITIAL [c1]", "JOINED c2");
    assertThat(pushes).containsExactly("presence-update"); // there it may be the application's
  }

  @Test
  void builtInThatAServerLacksIsNamedWithItsGeneration() {
    rig = new ClientRig(b -> b.generation(Generation.BARE));
    FakeSocket socket = opened();
    CompletableFuture<?> subscribing = rig.run(rig.client.presence().subscribe("r", this::hear));

    socket.receive(
        legacyReply(
            1,
            "subscribe-presence",
            "{\"error\":\"Command \\\"subscribe-presence\\\" not found\",\"code\":\"ENOTFOUND\",\"name\":\"CommandError\"}"));

    assertFailed(subscribing, "ENOTFOUND");
    assertThat(failure(subscribing))
        .hasMessage("The server, of generation BARE, has no built-in command subscribe-presence.");
  }

  @Test
  void callsAboutOneRoomWaitForEachOther() {
    FakeSocket socket = rig.connected(Frames.MESH_ASSIGN_ID);
    rig.client.rooms().join("a");
    rig.client.presence().publishState("a", 1);
    rig.client.rooms().leave("a");
    rig.client.rooms().join("b");
    rig.loop.run();

    assertThat(socket.takeSent()).containsExactly(call(1, JOIN, "a"), call(2, JOIN, "b"));
    socket.receive(legacyReply(1, JOIN, present()));
    assertThat(socket.takeOne()).contains("mesh/publish-presence-state");
    socket.receive(legacyReply(3, "mesh/publish-presence-state", "false"));
    assertThat(socket.takeOne()).isEqualTo(call(4, "mesh/leave-room", "a"));
  }

  @Test
  void waitingForEachOtherCountsForTheTimeout() {
    FakeSocket socket = rig.connected(Frames.MESH_ASSIGN_ID);
    CompletableFuture<?> joining = rig.run(rig.client.rooms().join("a"));
    rig.loop.advance(Duration.ofSeconds(20));
    CompletableFuture<?> publishing = rig.run(rig.client.presence().publishState("a", 1));
    socket.takeSent();
    keepAlive(socket, 10);
    assertFailed(joining, "ETIMEOUT");
    assertThat(socket.takeSent()).anyMatch(s -> s.contains("publish-presence-state"));

    keepAlive(socket, 19);
    assertThat(publishing).isNotDone();
    keepAlive(socket, 1);

    assertFailed(publishing, "ETIMEOUT");
    assertThat(failure(publishing)).hasMessage("Command timed out after 30000ms.");
  }

  @Test
  void waitingForEachOtherIsBounded() {
    rig = new ClientRig(b -> b.limits(ClientLimits.defaults().withQueuedCalls(2, 1_000)));
    FakeSocket socket = rig.connected(Frames.MESH_ASSIGN_ID);
    rig.client.rooms().join("a");
    rig.client.rooms().join("a");
    CompletableFuture<?> last = rig.client.rooms().join("a");

    CompletableFuture<?> tooMany = rig.run(rig.client.rooms().join("a"));

    assertFailed(tooMany, "ELIMIT");
    for (int id = 1; id <= 3; id++) {
      socket.receive(legacyReply(id, JOIN, present()));
    }
    assertThat(last).isCompleted();
  }

  @Test
  void manyCallsThatWaitForEachOtherFailTogether() {
    FakeSocket socket = rig.connected(Frames.MESH_ASSIGN_ID);
    List<CompletableFuture<?>> calls = new ArrayList<>();
    for (int i = 0; i < 9_000; i++) {
      calls.add(rig.client.rooms().join("a"));
    }
    rig.loop.run();

    rig.client.beginClose(Duration.ZERO);
    rig.loop.run();

    calls.forEach(future -> assertFailed(future, "CLOSED"));
    assertThat(socket.takeSent()).hasSize(1);
  }

  @Test
  void restoreGoesAheadOfWhatWaitsInTheRoom() {
    FakeSocket socket = rig.connected(Frames.MESH_ASSIGN_ID);
    rig.run(rig.client.rooms().join("a"));
    socket.receive(legacyReply(1, JOIN, present()));
    rig.run(rig.client.presence().subscribe("a", this::hear));
    socket.receive(legacyReply(2, "mesh/subscribe-presence", present("c1")));
    rig.run(rig.client.presence().publishState("a", 1));
    socket.receive(legacyReply(3, "mesh/publish-presence-state", "true"));
    socket.closeFromServer(1006, "");
    CompletableFuture<?> waiting = rig.run(rig.client.presence().publishState("a", 2));
    rig.client.presence().state("a");
    rig.echo("free");

    rig.awaitReconnect();
    FakeSocket next = rig.connector.next().accept();
    next.receive(Frames.MESH_ASSIGN_ID);
    assertThat(next.takeSent())
        .containsExactly(
            call(1, JOIN, "a"), "{\"id\":2,\"command\":\"echo\",\"payload\":\"free\"}");
    next.receive(legacyReply(1, JOIN, present("conn-41", "stale-own-id")));
    assertThat(next.takeOne()).isEqualTo(call(3, "mesh/subscribe-presence", "a"));
    next.receive(legacyReply(3, "mesh/subscribe-presence", present("c1", "stale-own-id")));
    assertThat(next.takeOne()).contains("\"id\":4,").contains("\"state\":1");
    next.receive(legacyReply(4, "mesh/publish-presence-state", "true"));
    assertThat(next.takeOne()).contains("\"id\":5,").contains("\"state\":2");
    next.receive(legacyReply(5, "mesh/publish-presence-state", "true"));
    assertThat(waiting).isCompleted();
    assertThat(next.takeOne()).isEqualTo(call(6, "mesh/get-presence-state", "a"));
    next.receive(PresenceFrames.moved("mesh/presence-update", "leave", "a", "stale-own-id"));

    assertThat(told)
        .containsExactly("INITIAL [c1]", "RESTORED [c1, stale-own-id]", "LEFT stale-own-id");
  }

  @Test
  void unsubscribeAnsweredWithFalseIsDone() {
    FakeSocket socket = rig.connected(Frames.MESH_ASSIGN_ID);
    CompletableFuture<PresenceSubscription> subscribed =
        rig.run(rig.client.presence().subscribe("a", this::hear));
    socket.receive(legacyReply(1, "mesh/subscribe-presence", present("c1")));
    subscribed.join().close();
    rig.loop.run();
    socket.receive(legacyReply(2, "mesh/unsubscribe-presence", "false"));
    socket.takeSent();

    rig.run(rig.client.presence().subscribe("a", this::hear));

    assertThat(socket.takeOne()).isEqualTo(call(3, "mesh/subscribe-presence", "a"));
  }

  @Test
  void callsMadeBeforeTheGenerationIsKnownKeepTheirOrder() {
    rig.client.connect();
    FakeSocket socket = rig.connector.next().accept();
    rig.client.rooms().join("a");
    rig.client.rooms().leave("a");
    rig.loop.run();

    socket.receive(Frames.MESH_ASSIGN_ID);
    assertThat(socket.takeOne()).isEqualTo(call(1, JOIN, "a"));
    socket.receive(legacyReply(1, JOIN, present()));
    assertThat(socket.takeOne()).isEqualTo(call(2, "mesh/leave-room", "a"));
    socket.receive(legacyReply(2, "mesh/leave-room", DONE));

    assertThat(rig.client.rooms().joined()).isEmpty();
  }

  @Test
  void serverThatOrdersThemGetsAllAtOnceWhenItIsKnown() {
    rig.client.connect();
    FakeSocket socket = rig.connector.next().accept();
    rig.client.rooms().join("a");
    rig.client.rooms().leave("a");
    rig.loop.run();

    socket.receive(Frames.welcome());

    assertThat(socket.takeSent())
        .containsExactly(call(1, JOIN, "a"), call(2, "mesh/leave-room", "a"));
  }

  private void hear(PresenceEvent event) {
    told.add(PresenceTest.text(event));
  }

  private void keepAlive(FakeSocket socket, int seconds) {
    for (int i = 0; i < seconds; i++) {
      rig.loop.advance(Duration.ofSeconds(1));
      socket.receive("{\"command\":\"ping\",\"payload\":{}}");
    }
  }

  private FakeSocket greeted(String prefix) {
    return rig.connected(prefix.equals("rt/") ? Frames.RT_ASSIGN_ID : Frames.MESH_ASSIGN_ID);
  }

  private FakeSocket opened() {
    CompletableFuture<Void> connected = rig.client.connect();
    FakeSocket socket = rig.connector.next().accept();
    assertThat(connected).isCompleted();
    return socket;
  }
}
