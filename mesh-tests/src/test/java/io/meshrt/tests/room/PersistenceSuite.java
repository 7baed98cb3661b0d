// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.hook.Hooks;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Memberships outlive connections, and end when somebody says so. */
abstract class PersistenceSuite extends RoomWorld {
  private final List<String> events = new CopyOnWriteArrayList<>();

  @Override
  void setUp(MeshServer server) {
    server.observe(
        new Hooks() {
          @Override
          public void onRoomJoin(Connection connection, String room) {
            events.add("join " + connection.id() + " " + room);
          }

          @Override
          public void onRoomLeave(Connection connection, String room) {
            events.add("leave " + connection.id() + " " + room);
          }

          @Override
          public void onDisconnect(Connection connection, int code, String reason) {
            events.add("end " + connection.id());
          }

          @Override
          public void onRoomRefused(Connection connection, String room) {
            events.add("refused " + connection.id() + " " + room);
          }
        });
  }

  @Test
  void whoComesBackOnAnotherNodeIsInItsRoomsWithoutJoining() throws Exception {
    V1Socket first = raw(0, "ann");
    first.send(1, "mesh/join-room", Map.<String, Object>of("roomName", "r1", "persist", true));
    assertThat(first.next().path("payload").path("success").asBoolean()).isTrue();
    first.socket().reset();
    awaitMembers("r1", 0);

    MeshClient second = named(1, "ann");

    assertThat(second.rooms().persistent()).containsExactly("r1");
    assertThat(second.rooms().joined()).containsExactly("r1");
    assertThat(members("r1")).containsExactly(id(second));
    List<String> heard = heard(second, "news");
    Outcomes.result(node(0).rooms().broadcast("r1", "news", "tea"));
    await().until(() -> heard.equals(List.of("tea")));
  }

  @Test
  void identitiesWhoseHashesAreEqualShareNothing() throws Exception {
    assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
    Outcomes.result(named(0, "Aa").rooms().joinPersistent("r1"));

    MeshClient other = named(1, "BB");

    assertThat(other.rooms().persistent()).isEmpty();
    assertThat(members("r1")).doesNotContain(id(other));
  }

  @Test
  void whatWasLeftStaysLeftForAllConnectionsOfTheIdentity() throws Exception {
    MeshClient first = named(0, "ann");
    Outcomes.result(first.rooms().joinPersistent("r1"));
    Outcomes.result(first.rooms().joinPersistent("r2"));
    MeshClient second = named(1, "ann");
    assertThat(second.rooms().persistent()).containsExactlyInAnyOrder("r1", "r2");

    Outcomes.result(first.rooms().leave("r1"));

    await().until(() -> second.rooms().persistent().equals(Set.of("r2")));
    assertThat(members("r1")).isEmpty();
    MeshClient third = named(1, "ann");
    assertThat(third.rooms().joined()).containsExactly("r2");
    List<String> heard = heard(third, "news");
    Outcomes.result(node(0).rooms().broadcast("r1", "news", "for those in r1"));
    Outcomes.result(node(0).rooms().broadcast("r2", "news", "for those in r2"));
    await().until(() -> !heard.isEmpty());
    assertThat(heard).containsExactly("for those in r2");
  }

  @Test
  void oneConnectionMayLeaveAlone() throws Exception {
    MeshClient first = named(0, "ann");
    Outcomes.result(first.rooms().joinPersistent("r1"));
    MeshClient second = named(1, "ann");

    Outcomes.result(first.rooms().leaveHere("r1"));
    Outcomes.result(second.rooms().joinPersistent("r2"));

    await().until(() -> first.rooms().persistent().contains("r2"));
    assertThat(first.rooms().joined()).containsExactly("r2");
    assertThat(members("r1")).containsExactly(id(second));
    assertThat(named(0, "ann").rooms().persistent()).containsExactlyInAnyOrder("r1", "r2");
  }

  @Test
  void aRoomJoinedByOneConnectionIsJoinedByTheOthers() throws Exception {
    MeshClient first = named(0, "ann");
    MeshClient second = named(1, "ann");

    Outcomes.result(first.rooms().joinPersistent("r1"));

    await().until(() -> second.rooms().persistent().contains("r1"));
    assertThat(members("r1")).containsExactlyInAnyOrder(id(first), id(second));
    List<String> one = heard(first, "news");
    List<String> other = heard(second, "news");
    Outcomes.result(node(0).rooms().broadcast("r1", "news", "once"));
    Outcomes.result(node(0).rooms().broadcast("r1", "news", "end"));
    await().until(() -> one.contains("end") && other.contains("end"));
    assertThat(one).containsExactly("once", "end");
    assertThat(other).containsExactly("once", "end");
  }

  @Test
  void aForcedDisconnectKeepsMemberships() throws Exception {
    MeshClient client = named(0, "ann");
    Outcomes.result(client.rooms().joinPersistent("r1"));

    await() // hearing one's identity begins with the connection, not before it
        .until(
            () -> {
              Outcomes.result(node(1).identities().disconnect(List.of("ann"), 4503, "out"));
              return members("r1").isEmpty();
            });
    assertThat(named(1, "ann").rooms().persistent()).containsExactly("r1");
  }

  @Test
  void plainMembershipsAreNotRemembered() throws Exception {
    MeshClient first = named(0, "ann");
    Outcomes.result(first.rooms().join("r1"));
    first.close();

    assertThat(named(1, "ann").rooms().joined()).isEmpty();
    MeshClient client = named(0, "ann");
    assertThat(Outcomes.failure(client.rooms().joinPersistent("p1")).code()).isEqualTo("EACCESS");
    assertThat(members("p1")).isEmpty();
  }

  @Test
  void aRoomThatAGuardRefusesIsForgottenAndTold() throws Exception {
    MeshClient first = named(0, "ann");
    Outcomes.result(first.rooms().joinPersistent("r1"));
    Outcomes.result(first.rooms().joinPersistent("r2"));
    refused.add("ann r1");

    MeshClient second = named(1, "ann");

    assertThat(second.rooms().persistent()).containsExactly("r2");
    await().until(() -> events.contains("refused " + id(second) + " r1"));
    await().until(() -> Outcomes.result(node(0).rooms().roomsOfIdentity("ann")).size() == 1);
    refused.clear();
    assertThat(named(0, "ann").rooms().persistent()).containsExactly("r2");
  }

  @Test
  void roomsOfOneIdentityAreLimited() throws Exception {
    MeshClient client = named(0, "ann");
    for (int room = 1; room <= MAX_ROOMS; room++) {
      Outcomes.result(client.rooms().joinPersistent("r" + room));
    }

    assertThat(Outcomes.failure(client.rooms().joinPersistent("r too many")).code())
        .isEqualTo("ELIMIT");
    assertThat(Outcomes.failure(node(1).rooms().addMember("r too many", "ann")).code())
        .isEqualTo("ELIMIT");
    assertThat(members("r too many")).isEmpty();
    Outcomes.result(client.rooms().leave("r1"));
    Outcomes.result(client.rooms().joinPersistent("r instead"));
    assertThat(named(1, "ann").rooms().persistent()).hasSize(MAX_ROOMS).contains("r instead");
  }

  @Test
  void theServerAddsAndRemovesMembersWhoAreAway() throws Exception {
    assertThat(Outcomes.result(node(0).rooms().addMember("r1", "ann"))).isTrue();
    assertThat(Outcomes.result(node(1).rooms().addMember("r1", "ann"))).isFalse();
    Outcomes.result(node(0).rooms().addMember("r2", "ann"));

    MeshClient client = named(1, "ann");
    assertThat(client.rooms().persistent()).containsExactlyInAnyOrder("r1", "r2");
    Outcomes.result(node(0).rooms().addMember("r3", "ann"));
    assertThat(Outcomes.result(node(0).rooms().removeMember("r1", "ann"))).isTrue();

    await().until(() -> client.rooms().persistent().equals(Set.of("r2", "r3")));
    await().until(() -> members("r1").isEmpty() && members("r3").size() == 1);
    client.close();
    Outcomes.result(node(1).rooms().removeMember("r2", "ann"));
    assertThat(named(0, "ann").rooms().persistent()).containsExactly("r3");
    assertThatThrownBy(() -> node(0).rooms().addMember("p1", "ann"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTokenIsAsGoodAsAnIdentity() throws Exception {
    MeshClient first = anonymous(0, builder -> builder);
    assertThat(first.rooms().token()).isEmpty();
    Outcomes.result(first.rooms().joinPersistent("r1"));
    String token = first.rooms().token().orElseThrow();
    Outcomes.result(first.rooms().joinPersistent("r2"));
    assertThat(first.rooms().token()).contains(token);
    first.close();

    MeshClient second = anonymous(1, builder -> builder.roomToken(token));
    MeshClient stranger = anonymous(1, builder -> builder);
    MeshClient guesser = anonymous(1, builder -> builder.roomToken("A".repeat(32)));

    assertThat(second.rooms().persistent()).containsExactlyInAnyOrder("r1", "r2");
    assertThat(stranger.rooms().joined()).isEmpty();
    assertThat(guesser.rooms().token()).isEmpty();
    Outcomes.result(guesser.rooms().joinPersistent("r3"));
    assertThat(guesser.rooms().token()).isPresent().isNotEqualTo(second.rooms().token());
    assertThat(members("r3")).containsExactly(id(guesser));
    Outcomes.result(second.rooms().leave("r1"));
    Outcomes.result(second.rooms().leave("r2"));
    second.close();
    MeshClient third = anonymous(0, builder -> builder.roomToken(token));
    assertThat(third.rooms().persistent()).isEmpty();
    assertThat(third.rooms().token()).contains(token);
  }

  @Test
  void aClientThatReconnectsByItselfIsInItsRooms() throws Exception {
    MeshClient named = named(1, "ann");
    Outcomes.result(named.rooms().joinPersistent("r1"));
    String before = id(named);

    Outcomes.result(node(0).connections().disconnect(before, 4000, "again"));

    await().until(() -> named.connectionId().filter(now -> !now.equals(before)).isPresent());
    assertThat(named.rooms().persistent()).containsExactly("r1");
    await().until(() -> members("r1").equals(Set.of(id(named))));
  }

  @Test
  void observersHearOfJoinsAndLeavesBeforeTheEnd() throws Exception {
    MeshClient client = named(0, "ann");
    Outcomes.result(client.rooms().joinPersistent("r1"));
    Outcomes.result(client.rooms().join("p1"));
    Outcomes.result(client.rooms().leave("p1"));
    String id = id(client);
    client.close();

    await().until(() -> events.contains("end " + id));
    assertThat(events)
        .containsExactly(
            "join " + id + " r1",
            "join " + id + " p1",
            "leave " + id + " p1",
            "leave " + id + " r1",
            "end " + id);
  }

  @Test
  void theWelcomeTellsThatRoomsMayBeRemembered() throws Exception {
    try (V1Socket socket = raw(0, "ann")) {
      assertThat(socket.welcome().path("persistentRooms").asBoolean()).isTrue();
      socket.send(1, "mesh/restore-rooms", Map.of());
      JsonNode reply = socket.next().path("payload");
      assertThat(reply.path("success").asBoolean()).isTrue();
      assertThat(reply.path("known").asBoolean()).isTrue();
      assertThat(reply.path("rooms")).isEmpty();
      Outcomes.result(node(1).rooms().addMember("r1", "ann"));
      JsonNode push = socket.next();
      assertThat(push.path("command").asText()).isEqualTo("mesh/room-membership");
      assertThat(push.path("payload").toString())
          .isEqualTo("{\"roomName\":\"r1\",\"member\":true}");
    }
  }
}
