// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import static io.meshrt.server.internal.cluster.TestWorld.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.room.RoomWatch;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who is in which room, and what members hear. */
@SuppressWarnings("FutureReturnValueIgnored") // handlers return stages as plain objects
abstract class RoomContract extends RoomSuite {
  @Test
  void membershipIsPerRoomAndConnection() {
    RoomNode.Client ann = first.v1();
    RoomNode.Client bob = second.legacy();

    boolean joined = get(second.rooms.join("a", ann.id()));
    boolean again = get(first.rooms.join("a", ann.id()));

    assertThat(joined).isTrue();
    assertThat(again).isFalse();
    assertThat(get(first.rooms.isMember("a", ann.id()))).isTrue();
    assertThat(get(second.rooms.isMember("a", ann.id()))).isTrue();
    assertThat(get(second.rooms.isMember("a", bob.id()))).isFalse();
    assertThat(get(second.rooms.isMember("b", ann.id()))).isFalse();
    assertThat(get(second.rooms.isMember("a", "no-such-id"))).isFalse();
  }

  @Test
  void joiningAndLeavingByCommandChangesTheMembersOfAllNodes() {
    second.rooms.exposeRoom("a", null);
    first.rooms.exposeRoom("a", null);
    RoomNode.Client ann = first.v1();
    RoomNode.Client bob = second.legacy();

    ann.ask("mesh/join-room", "{\"roomName\":\"a\"}");
    JsonNode present = bob.ask("rt/join-room", "{\"roomName\":\"a\"}").get("present");
    Set<String> both = get(first.rooms.memberIds("a"));
    bob.ask("rt/leave-room", "{\"roomName\":\"a\"}");

    assertThat(present)
        .extracting(member -> member.get("id").asText())
        .containsExactlyInAnyOrder(ann.id(), bob.id());
    assertThat(both).containsExactlyInAnyOrder(ann.id(), bob.id());
    assertThat(get(second.rooms.memberIds("a"))).containsExactly(ann.id());
  }

  @Test
  void serversAddAndRemoveByIdOnAnyNode() {
    RoomNode.Client bob = second.v1();

    get(first.rooms.join("a", bob.id()));
    boolean left = get(first.rooms.leave("a", bob.id()));
    boolean again = get(first.rooms.leave("a", bob.id()));

    assertThat(left).isTrue();
    assertThat(again).isFalse();
    assertThat(get(first.rooms.exists("a"))).isFalse();
  }

  @Test
  void nobodyJoinsInTheNameOfAConnectionThatIsNotThere() {
    RoomNode.Client bob = second.v1();
    String gone = bob.id();
    bob.peer.disconnect();

    assertFails(first.rooms.join("a", gone), "ENOTFOUND");
    assertFails(first.rooms.join("a", "no-such-node-1"), "ENOTFOUND");
    assertThat(get(first.rooms.leave("a", gone))).isFalse();
  }

  @Test
  void aRoomIsListedAsLongAsOneMemberRemains() {
    RoomNode.Client ann = first.v1();
    RoomNode.Client bob = second.v1();
    get(first.rooms.join("a", ann.id()));
    get(first.rooms.join("a", bob.id()));
    get(first.rooms.join("b", bob.id()));

    Set<String> before = get(second.rooms.list());
    get(first.rooms.leave("a", ann.id()));
    Set<String> one = get(second.rooms.list());
    Set<String> left = get(first.rooms.leaveAll(bob.id()));

    assertThat(before).containsExactlyInAnyOrder("a", "b");
    assertThat(one).containsExactlyInAnyOrder("a", "b");
    assertThat(left).containsExactlyInAnyOrder("a", "b");
    assertThat(get(second.rooms.list())).isEmpty();
    assertThat(get(second.rooms.roomsOf(bob.id()))).isEmpty();
  }

  @Test
  void roomsOfAConnection() {
    RoomNode.Client bob = second.v1();
    get(first.rooms.join("a", bob.id()));
    get(second.rooms.join("b", bob.id()));

    assertThat(get(first.rooms.roomsOf(bob.id()))).containsExactlyInAnyOrder("a", "b");
    assertThat(get(first.rooms.roomsOf("no-such-id"))).isEmpty();
  }

  @Test
  void broadcastsReachMembersOfAllNodesAndNobodyElse() {
    RoomNode.Client ann = first.v1();
    RoomNode.Client bob = second.legacy();
    RoomNode.Client carl = second.v1();
    RoomNode.Client dora = first.v1();
    for (RoomNode.Client member : List.of(ann, bob, carl)) {
      get(first.rooms.join("a", member.id()));
    }
    get(first.rooms.join("b", dora.id()));

    get(first.rooms.broadcast("a", "hello", 1, carl.id(), carl.id()));
    get(second.rooms.broadcast("a", "end", 2));
    get(second.rooms.broadcast("b", "end", 3));

    assertThat(ann.peer.next(RoomContract::isPush))
        .isEqualTo("{\"command\":\"hello\",\"payload\":1}");
    assertThat(ann.peer.next(RoomContract::isPush))
        .isEqualTo("{\"command\":\"end\",\"payload\":2}");
    assertThat(bob.peer.next(RoomContract::isPush))
        .isEqualTo("{\"command\":\"hello\",\"payload\":1}");
    assertThat(carl.peer.next(RoomContract::isPush))
        .isEqualTo("{\"command\":\"end\",\"payload\":2}");
    assertThat(dora.peer.next(RoomContract::isPush))
        .isEqualTo("{\"command\":\"end\",\"payload\":3}");
  }

  @Test
  void whoLeftHearsNothingMore() {
    RoomNode.Client bob = second.v1();
    RoomNode.Client carl = second.v1();
    get(first.rooms.join("a", bob.id()));
    get(first.rooms.join("a", carl.id()));

    get(first.rooms.leave("a", bob.id()));
    get(first.rooms.broadcast("a", "hello", 1));
    carl.peer.next(RoomContract::isPush);
    get(first.rooms.join("a", bob.id()));
    get(first.rooms.broadcast("a", "hello", 2));

    assertThat(bob.peer.next(RoomContract::isPush))
        .isEqualTo("{\"command\":\"hello\",\"payload\":2}");
  }

  @Test
  void aClosedConnectionIsInNoRoomAndHasNoMetadata() {
    first.rooms.exposeConnectionMetadata(null);
    second.rooms.exposeOwnMetadataWrites(null);
    List<String> told = new CopyOnWriteArrayList<>();
    RoomNode.Client ann = first.v1();
    RoomNode.Client bob = second.v1();
    bob.ask("mesh/set-my-connection-metadata", "{\"metadata\":1}");
    get(first.rooms.join("a", bob.id()));
    RoomWatch watch = get(first.rooms.watch("a", event -> told.add(text(event))));

    bob.peer.disconnect();

    await().until(() -> told.contains("LEFT " + bob.id()));
    assertThat(get(first.rooms.memberIds("a"))).isEmpty();
    await()
        .until(
            () ->
                ann.ask("mesh/get-connection-metadata", "{\"connectionId\":\"" + bob.id() + "\"}")
                    .get("metadata")
                    .isNull());
    watch.close();
  }

  @Test
  void watchesHearAllNodesInOrderUntilClosed() {
    List<String> told = new CopyOnWriteArrayList<>();
    RoomNode.Client ann = first.v1();
    RoomNode.Client bob = second.v1();
    get(first.rooms.join("a", ann.id()));
    RoomWatch watch = get(second.rooms.watch("a", event -> told.add(text(event))));

    get(first.rooms.join("a", bob.id()));
    get(second.rooms.leave("a", ann.id()));
    get(second.rooms.join("b", ann.id()));
    get(first.rooms.clear("a"));
    await().until(() -> told.size() == 3);
    watch.close();
    get(first.rooms.join("a", ann.id()));

    assertThat(told).containsExactly("JOINED " + bob.id(), "LEFT " + ann.id(), "LEFT " + bob.id());
  }

  @Test
  void oneRoomTooManyFailsAndTheOthersStay() {
    first.rooms.exposeRoom(Pattern.compile(".*"), null);
    RoomNode.Client ann = first.v1();
    for (int i = 1; i <= MAX_ROOMS; i++) {
      assertThat(ann.ask("mesh/join-room", "{\"roomName\":\"r" + i + "\"}").path("success"))
          .isEqualTo(json("true"));
    }

    JsonNode refused = ann.ask("mesh/join-room", "{\"roomName\":\"more\"}");
    JsonNode again = ann.ask("mesh/join-room", "{\"roomName\":\"r1\"}");
    assertFails(second.rooms.join("more", ann.id()), "ELIMIT");
    ann.ask("mesh/leave-room", "{\"roomName\":\"r1\"}");
    JsonNode instead = ann.ask("mesh/join-room", "{\"roomName\":\"more\"}");

    assertThat(refused.path("code").asText()).isEqualTo("ELIMIT");
    assertThat(first.live.metrics().hits(Limit.ROOMS)).isEqualTo(2);
    assertThat(again.path("success").asBoolean()).isTrue();
    assertThat(instead.path("success").asBoolean()).isTrue();
    assertThat(get(first.rooms.roomsOf(ann.id()))).hasSize(MAX_ROOMS).contains("more");
  }

  @Test
  void guardsDecideForEachConnectionAndRoom() {
    RoomNode.Client ann = first.v1();
    RoomNode.Client bob = first.v1();
    first.rooms.exposeRoom(
        Pattern.compile("team:.*"),
        (connection, name) -> connection.id().equals(ann.id()) && name.equals("team:1"));

    assertThat(ann.ask("mesh/join-room", "{\"roomName\":\"team:1\"}").has("present")).isTrue();
    assertThat(ann.ask("mesh/join-room", "{\"roomName\":\"team:2\"}").path("code").asText())
        .isEqualTo("EACCESS");
    assertThat(bob.ask("mesh/join-room", "{\"roomName\":\"team:1\"}").path("code").asText())
        .isEqualTo("EACCESS");
    assertThat(get(second.rooms.memberIds("team:1"))).containsExactly(ann.id());
    assertThat(get(second.rooms.exists("team:2"))).isFalse();
  }

  @Test
  void anApplicationMayHaveItsOwnJoinRoom() {
    first
        .live
        .commands()
        .register(
            "join-room",
            ctx -> first.rooms.join("own", ctx.connection().id()).thenApply(joined -> "welcome"),
            CommandOptions.defaults());
    RoomNode.Client seed = first.legacy();

    assertThat(seed.ask("join-room", "{}").asText()).isEqualTo("welcome");
    assertThat(seed.ask("mesh/join-room", "{\"roomName\":\"own\"}").path("code").asText())
        .isEqualTo("EACCESS");
    assertThat(get(second.rooms.memberIds("own"))).containsExactly(seed.id());
  }

  @Test
  void aTokenIsUnknownOnlyWhereItWasLookedFor() {
    RoomNode.Client ann = first.v1();
    String token = "{\"token\":\"" + "A".repeat(32) + "\"}";

    JsonNode before = ann.ask("mesh/restore-rooms", token);
    first.rooms.memberships().persist(Pattern.compile("p.*"));
    JsonNode after = ann.ask("mesh/restore-rooms", token);

    assertThat(before.path("known")).isEqualTo(json("true"));
    assertThat(after.path("known")).isEqualTo(json("false"));
    assertThat(before.path("rooms")).isEmpty();
  }

  @Test
  void namesThatAreNoneAreRefusedOnTheSpot() {
    for (String name : List.of("", "a\n", "x".repeat(256), "\u202e", "a\udc00b")) {
      assertThat(first.rooms.join(name, "id"))
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static boolean isPush(String frame) {
    return frame.contains("\"hello\"") || frame.contains("\"end\"");
  }
}
