// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.thinws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.room.RoomMessage;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.harness.Outcomes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The frames of ThinWS do what they did, in the rooms of all clients. */
abstract class EndpointSuite extends ThinWsWorld {
  private static final String ANN = "\"type\":\"connect\",\"connectionID\":\"92903040\"";
  private static final String HELLO =
      "{\"type\":\"message\",\"message\":\"hello\",\"roomID\":\"room1\"}";

  @Test
  void recordedFramesAreAnsweredAsRecorded() throws Exception {
    RawWebSocket socket = socket(0);

    socket.sendText("{\"messageID\":4246876157784149," + ANN + "}");
    assertThat(socket.readText()).isEqualTo("{\"type\":\"ack\",\"messageID\":4246876157784149}");
    assertThat(ask(socket, 4246876157784150L, "\"type\":\"subscribe\",\"roomID\":\"room1\""))
        .isEmpty();
    socket.sendText(
        "{\"messageID\":4246876157784151,\"type\":\"message\",\"message\":\"hello\","
            + "\"roomID\":\"room1\"}");
    assertThat(List.of(socket.readText(), socket.readText()))
        .containsExactlyInAnyOrder("{\"type\":\"ack\",\"messageID\":4246876157784151}", HELLO);
    assertThat(ask(socket, 4246876157784152L, "\"type\":\"unsubscribe\",\"roomID\":\"room1\""))
        .isEmpty();
    awaitMembers("room1", 0);
  }

  @Test
  void whoConnectsAgainElsewhereIsInItsRooms() throws Exception {
    RawWebSocket first = socket(0);
    ask(first, 1, ANN);
    ask(first, 2, "\"type\":\"subscribe\",\"roomID\":\"room1\"");
    ask(first, 3, "\"type\":\"subscribe\",\"roomID\":\"room2\"");
    ask(first, 4, "\"type\":\"unsubscribe\",\"roomID\":\"room2\"");
    first.reset();
    awaitMembers("room1", 0);

    RawWebSocket second = socket(1);
    ask(second, 5, ANN);

    MeshClient native0 = named(0, "bob");
    Outcomes.result(native0.rooms().join("room1"));
    Outcomes.result(native0.rooms().send("room1", "hello"));
    assertThat(readTo(second, HELLO)).isEmpty();
    assertThat(members("room2")).isEmpty();
  }

  @Test
  void nativeClientsAndThinOnesShareRooms() throws Exception {
    MeshClient bob = named(1, "bob");
    List<RoomMessage> heard = new CopyOnWriteArrayList<>();
    bob.rooms().onMessage(heard::add);
    Outcomes.result(bob.rooms().join("room1"));
    RawWebSocket thin = socket(0);
    ask(thin, 1, ANN);
    ask(thin, 2, "\"type\":\"subscribe\",\"roomID\":\"room1\"");

    thin.sendText(
        "{\"messageID\":3,\"type\":\"message\",\"roomID\":\"room1\",\"payload\":{\"a\":1},\"more\":2}");

    await().until(() -> heard.size() == 1);
    assertThat(heard.get(0).payload().toString()).isEqualTo("{\"a\":1}");
    String copy = "{\"type\":\"message\",\"roomID\":\"room1\",\"payload\":{\"a\":1},\"more\":2}";
    assertThat(List.of(thin.readText(), thin.readText()))
        .containsExactlyInAnyOrder(copy, "{\"type\":\"ack\",\"messageID\":3}");
    thin.sendText(
        "{\"messageID\":4,\"type\":\"message\",\"roomID\":\"room1\",\"message\":1,\"payload\":2}");
    String both = "{\"type\":\"message\",\"roomID\":\"room1\",\"message\":1,\"payload\":2}";
    assertThat(List.of(thin.readText(), thin.readText()))
        .containsExactlyInAnyOrder(both, "{\"type\":\"ack\",\"messageID\":4}");
    Outcomes.result(node(1).rooms().broadcast("room1", "news", "tea"));
    assertThat(thin.readText()).isEqualTo("{\"type\":\"news\",\"message\":\"tea\"}");
  }

  @Test
  void disconnectLeavesAllRoomsAndForgetsNone() throws Exception {
    RawWebSocket socket = socket(0);
    ask(socket, 1, ANN);
    ask(socket, 2, "\"type\":\"subscribe\",\"roomID\":\"room1\"");
    ask(socket, 3, "\"type\":\"disconnect\"");
    assertThat(members("room1")).isEmpty();

    ask(socket, 4, ANN);

    assertThat(members("room1")).hasSize(1);
  }

  @Test
  void everyFrameOfItsIsAcknowledgedAndNothingElseAnswered() throws Exception {
    RawWebSocket socket = socket(0);

    socket.sendText("not json");
    socket.sendText("[1]");
    assertThat(ask(socket, 1, "\"type\":\"whatever\"")).isEmpty();
    assertThat(ask(socket, 2, "\"no type\":true")).isEmpty();
  }

  @Test
  void refusalsAreErrorsAndNotAcknowledged() throws Exception {
    RawWebSocket socket = socket(0);
    ask(socket, 1, ANN);

    socket.sendText("{\"messageID\":2,\"type\":\"subscribe\",\"roomID\":\"hidden\"}");
    assertThat(socket.readText())
        .isEqualTo("{\"type\":\"error\",\"message\":\"No access to the room.\"}");
    socket.sendText("{\"messageID\":3,\"type\":\"subscribe\"}");
    assertThat(socket.readText()).isEqualTo("{\"type\":\"error\",\"message\":\"roomID: missing\"}");
    socket.sendText("{\"messageID\":4,\"type\":\"message\",\"message\":1,\"roomID\":\"room1\"}");
    assertThat(socket.readText()).contains("error");
  }

  @Test
  void idsAreComparedAsTextsAndApartFromIdentities() throws Exception {
    RawWebSocket ann = socket(0);
    ask(ann, 1, "\"type\":\"connect\",\"connectionID\":\"Aa\"");
    ask(ann, 2, "\"type\":\"subscribe\",\"roomID\":\"room1\"");
    RawWebSocket other = socket(1);
    ask(other, 1, "\"type\":\"connect\",\"connectionID\":\"BB\"");
    MeshClient named = named(1, "Aa");

    assertThat(members("room1")).hasSize(1);
    assertThat(named.rooms().persistent()).isEmpty();
  }

  @Test
  void halvesOfSurrogatesAreNoId() throws Exception {
    RawWebSocket socket = socket(0);

    socket.sendText("{\"messageID\":1,\"type\":\"connect\",\"connectionID\":\"a\\ud800\"}");

    assertThat(ask(socket, 2, "\"type\":\"connect\",\"connectionID\":\"a?\"")).isEmpty();
  }

  @Test
  void whoHasAnIdentityHasTheRoomsOfIt() throws Exception {
    Outcomes.result(node(0).rooms().addMember("room1", "ann"));
    RawWebSocket socket =
        socket(RawWebSocket.to(node(1).port()).header("Authorization", "Bearer ann"));

    ask(socket, 1, "\"type\":\"connect\",\"connectionID\":\"7\"");

    assertThat(members("room1")).hasSize(1);
    ask(socket, 2, "\"type\":\"subscribe\",\"roomID\":\"room2\"");
    assertThat(Outcomes.result(node(0).rooms().roomsOfIdentity("ann")))
        .containsExactlyInAnyOrder("room1", "room2");
  }
}
