// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.SubscriptionLimits;
import io.meshrt.server.room.RoomEvent;
import io.meshrt.server.room.RoomMember;
import io.meshrt.server.room.Rooms;
import io.meshrt.tests.harness.Outcomes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Rooms by clients and servers; clients 0, 2 are on the first node, 1, 3 on the second of two. */
abstract class RoomSuite extends ClusterSuite {
  private static final int MAX_ROOMS = 5;

  @Override
  final void setUp(MeshServer server) {
    server.exposeRoom("lobby");
    server.exposeRoom(Pattern.compile("team:\\w+"), (connection, room) -> !room.endsWith("x"));
  }

  @Override
  SubscriptionLimits subscriptionLimits() {
    return SubscriptionLimits.defaults().withMaxRooms(MAX_ROOMS);
  }

  private Rooms rooms(int node) {
    return node(node).rooms();
  }

  @Test
  void clientsJoinAndSeeEachOtherAndLeave() throws Exception {
    MeshClient ann = client(0);
    MeshClient bob = client(1);

    assertThat(Outcomes.result(ann.rooms().join("lobby"))).hasSize(1);
    assertThat(Outcomes.result(bob.rooms().join("lobby")))
        .extracting(member -> member.connectionId())
        .containsExactlyInAnyOrder(id(ann), id(bob));
    assertThat(Outcomes.result(rooms(1).memberIds("lobby"))).isEqualTo(Set.of(id(ann), id(bob)));
    assertThat(Outcomes.result(rooms(0).list())).containsExactly("lobby");

    Outcomes.result(ann.rooms().leave("lobby"));

    assertThat(Outcomes.result(rooms(1).memberIds("lobby"))).isEqualTo(Set.of(id(bob)));
    assertThat(Outcomes.result(rooms(0).isMember("lobby", id(ann)))).isFalse();
    assertThat(Outcomes.result(rooms(0).exists("lobby"))).isTrue();
  }

  @Test
  void serversJoinAndLeaveConnectionsOfAnyNode() throws Exception {
    MeshClient ann = client(0);
    MeshClient bob = client(1);

    for (int node = 0; node < 2; node++) {
      assertThat(Outcomes.result(rooms(node).join("hidden", id(ann)))).isEqualTo(node == 0);
      assertThat(Outcomes.result(rooms(node).join("hidden", id(bob)))).isEqualTo(node == 0);
      assertThat(Outcomes.result(rooms(node).join("other", id(bob)))).isEqualTo(node == 0);
    }
    assertThat(Outcomes.result(rooms(0).roomsOf(id(bob)))).isEqualTo(Set.of("hidden", "other"));
    assertThat(Outcomes.result(rooms(0).leave("hidden", id(bob)))).isTrue();
    assertThat(Outcomes.result(rooms(1).leave("hidden", id(bob)))).isFalse();
    assertThat(Outcomes.result(rooms(0).leaveAll(id(bob)))).isEqualTo(Set.of("other"));
    assertThat(Outcomes.result(rooms(1).leaveAll(id(bob)))).isEmpty();
    assertThat(Outcomes.result(rooms(1).memberIds("hidden"))).isEqualTo(Set.of(id(ann)));
    assertThat(Outcomes.code(rooms(0).join("hidden", "nobody-1"))).isEqualTo("ENOTFOUND");
    assertThat(Outcomes.result(rooms(0).leave("hidden", "nobody-1"))).isFalse();
    assertThat(Outcomes.result(rooms(0).exists("nothing"))).isFalse();
  }

  @Test
  void broadcastsReachMembersInOrderAndNobodyElse() throws Exception {
    List<MeshClient> clients = List.of(client(0), client(1), client(2), client(3));
    List<List<Integer>> heard =
        clients.stream().map(client -> heard(client, "count", Integer.class)).toList();
    for (MeshClient member : clients.subList(0, 3)) {
      Outcomes.result(member.rooms().join("lobby"));
    }

    for (int i = 0; i < 100; i++) {
      String[] except = i % 10 == 0 ? new String[] {id(clients.get(1))} : new String[0];
      Outcomes.result(rooms(i).broadcast("lobby", "count", i, except));
    }
    Outcomes.result(rooms(0).broadcast("lobby", "count", -1));

    for (int member = 0; member < 3; member++) {
      List<Integer> all = heard.get(member);
      await().until(() -> all.contains(-1));
      assertThat(all).hasSize(member == 1 ? 91 : 101);
      assertThat(all.subList(0, all.size() - 1)).isSorted();
    }
    assertThat(heard.get(3)).isEmpty();
  }

  @Test
  void clearedRoomHasNoMembersNoMetadataAndNoBroadcasts() throws Exception {
    MeshClient ann = client(0);
    MeshClient bob = client(1);
    MeshClient eve = client(1);
    List<Integer> heard = heard(bob, "count", Integer.class);
    List<Integer> heardByEve = heard(eve, "count", Integer.class);
    Outcomes.result(ann.rooms().join("lobby"));
    Outcomes.result(bob.rooms().join("lobby"));
    Outcomes.result(rooms(0).metadata("lobby").set(Map.of("topic", "tea")));

    assertThat(Outcomes.result(rooms(0).clear("lobby"))).isEqualTo(Set.of(id(ann), id(bob)));

    assertThat(Outcomes.result(rooms(1).memberIds("lobby"))).isEmpty();
    assertThat(Outcomes.result(rooms(1).metadata("lobby").get())).isEmpty();
    Outcomes.result(eve.rooms().join("lobby"));
    Outcomes.result(rooms(0).broadcast("lobby", "count", 1));
    await().until(() -> heardByEve.contains(1));
    Outcomes.result(bob.rooms().join("lobby"));
    Outcomes.result(rooms(0).broadcast("lobby", "count", 2));
    await().until(() -> !heard.isEmpty());
    assertThat(heard).containsExactly(2);
  }

  @Test
  void broadcastAfterClearingIsForThoseWhoJoinedSince() throws Exception {
    MeshClient ann = client(0);
    MeshClient bob = client(1);
    MeshClient eve = client(1);
    List<Integer> heard = heard(bob, "count", Integer.class);
    List<Integer> heardByEve = heard(eve, "count", Integer.class);
    for (int round = 0; round < 20; round++) {
      int marker = round;
      Outcomes.result(ann.rooms().join("lobby"));
      Outcomes.result(bob.rooms().join("lobby"));

      Outcomes.result(rooms(0).clearMembers("lobby"));
      Outcomes.result(eve.rooms().join("lobby"));
      Outcomes.result(rooms(0).broadcast("lobby", "count", marker));
      await().until(() -> heardByEve.contains(marker));
      Outcomes.code(bob.command("unknown", null, Void.class)); // what was sent to him has come

      assertThat(heard).doesNotContain(marker);
    }
  }

  @Test
  void clearingMembersKeepsMetadata() throws Exception {
    MeshClient ann = client(1);
    Outcomes.result(ann.rooms().join("lobby"));
    Outcomes.result(rooms(0).metadata("lobby").set("kept"));

    assertThat(Outcomes.result(rooms(0).clearMembers("lobby"))).isEqualTo(Set.of(id(ann)));

    assertThat(Outcomes.result(rooms(1).metadata("lobby").get(String.class))).contains("kept");
  }

  @Test
  void closedConnectionIsInNoRoom() throws Exception {
    MeshClient ann = client(0);
    MeshClient bob = client(1);
    Outcomes.result(ann.rooms().join("lobby"));
    Outcomes.result(bob.rooms().join("lobby"));
    String gone = id(bob);

    bob.close();

    await().until(() -> Outcomes.result(rooms(0).memberIds("lobby")).equals(Set.of(id(ann))));
    await().until(() -> Outcomes.result(rooms(0).roomsOf(gone)).isEmpty());
    assertThat(Outcomes.code(rooms(0).join("lobby", gone))).isEqualTo("ENOTFOUND");
  }

  @Test
  void whatIsNotExposedIsRefused() throws Exception {
    MeshClient ann = client(0);

    assertThat(Outcomes.code(ann.rooms().join("hidden"))).isEqualTo("EACCESS");
    assertThat(Outcomes.code(ann.rooms().join("team:x"))).isEqualTo("EACCESS");
    assertThat(Outcomes.code(ann.rooms().join("my team:red"))).isEqualTo("EACCESS");
    assertThat(Outcomes.result(ann.rooms().join("team:red"))).hasSize(1);
    assertThat(Outcomes.code(ann.rooms().metadata("lobby").get())).isEqualTo("EACCESS");
    assertThat(Outcomes.result(rooms(0).list())).isEqualTo(Set.of("team:red"));
  }

  @Test
  void oneRoomTooManyIsRefused() throws Exception {
    MeshClient ann = client(1);
    for (int i = 0; i < MAX_ROOMS; i++) {
      Outcomes.result(rooms(0).join("room " + i, id(ann)));
    }

    assertThat(Outcomes.code(rooms(0).join("one more", id(ann)))).isEqualTo("ELIMIT");
    assertThat(Outcomes.code(ann.rooms().join("lobby"))).isEqualTo("ELIMIT");
    assertThat(Outcomes.result(rooms(0).leave("room 0", id(ann)))).isTrue();
    assertThat(Outcomes.result(ann.rooms().join("lobby"))).hasSize(1);
  }

  @Test
  void membersAreListedWithTheirMetadata() throws Exception {
    MeshClient ann = client(0);
    MeshClient bob = client(1);
    Outcomes.result(ann.rooms().join("lobby"));
    Outcomes.result(bob.rooms().join("lobby"));
    Outcomes.result(node(1).connections().metadata(id(ann)).set(Map.of("name", "Ann")));

    List<RoomMember> members = Outcomes.result(rooms(1).members("lobby"));

    assertThat(members)
        .extracting(member -> member.connectionId() + member.metadata().orElse(null))
        .containsExactlyInAnyOrder(id(ann) + "{\"name\":\"Ann\"}", id(bob) + "null");
    assertThat(Outcomes.result(rooms(0).metadataOfMembers("lobby"))).hasSize(2);
  }

  @Test
  void watchersOfEveryNodeHearEachChangeOnce() throws Exception {
    MeshClient ann = client(0);
    MeshClient bob = client(1);
    Outcomes.result(ann.rooms().join("lobby"));
    List<List<RoomEvent>> told =
        List.of(new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
    for (int node = 0; node < 2; node++) {
      Outcomes.result(rooms(node).watch("lobby", told.get(node)::add));
    }

    Outcomes.result(bob.rooms().join("lobby"));
    Outcomes.result(ann.rooms().leave("lobby"));
    String gone = id(bob);
    bob.close();

    for (List<RoomEvent> events : told) {
      await().until(() -> events.size() == 3);
      assertThat(events)
          .containsExactly(
              new RoomEvent(RoomEvent.Type.JOINED, "lobby", gone),
              new RoomEvent(RoomEvent.Type.LEFT, "lobby", id(ann)),
              new RoomEvent(RoomEvent.Type.LEFT, "lobby", gone));
    }
  }

  @Test
  void namesThatCannotBeRoomsAreRefused() throws Exception {
    MeshClient ann = client(0);

    assertThatThrownBy(() -> Outcomes.result(rooms(0).join("", id(ann))))
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("room");
    assertThatThrownBy(() -> Outcomes.result(rooms(0).join("a\u0000b", id(ann))))
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Outcomes.result(rooms(0).join("ü".repeat(128), id(ann))))
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThat(Outcomes.result(rooms(0).join("{.x}:room:* \uD83D\uDE00", id(ann)))).isTrue();
    assertThat(Outcomes.result(rooms(1).list())).containsExactly("{.x}:room:* \uD83D\uDE00");
  }
}
