// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import static io.meshrt.server.internal.cluster.TestWorld.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.room.RoomMember;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Metadata of rooms and connections, as rooms and clients use it. */
@SuppressWarnings("FutureReturnValueIgnored") // handlers return stages as plain objects
abstract class RoomMetadataContract extends RoomSuite {
  @Test
  void clearRemovesMembersAndMetadata() {
    RoomNode.Client ann = first.v1();
    RoomNode.Client bob = second.v1();
    get(first.rooms.join("a", ann.id()));
    get(first.rooms.join("a", bob.id()));
    get(first.rooms.metadata("a").set(Map.of("topic", "t")));

    Set<String> removed = get(second.rooms.clear("a"));
    await().until(() -> first.memberships() == 0 && second.memberships() == 0);
    get(first.rooms.join("a", bob.id()));
    get(first.rooms.broadcast("a", "hello", 1));

    assertThat(removed).containsExactlyInAnyOrder(ann.id(), bob.id());
    assertThat(get(first.rooms.memberIds("a"))).containsExactly(bob.id());
    assertThat(get(first.rooms.metadata("a").get())).isEmpty();
    bob.peer.next(frame -> frame.contains("hello"));
    assertThat(ann.peer.hasReceived(frame -> frame.contains("hello"))).isFalse();
  }

  @Test
  void clearMembersKeepsTheMetadata() {
    RoomNode.Client ann = first.v1();
    get(first.rooms.join("a", ann.id()));
    get(first.rooms.metadata("a").set(1));

    assertThat(get(second.rooms.clearMembers("a"))).containsExactly(ann.id());
    assertThat(get(second.rooms.clearMembers("a"))).isEmpty();
    assertThat(get(first.rooms.metadata("a").get()).map(JsonNode::asInt)).contains(1);
    assertThat(get(first.rooms.exists("a"))).isFalse();
  }

  @Test
  void metadataOfRooms() {
    get(first.rooms.metadata("a").set(Map.of("x", 1, "y", Map.of("z", 1))));
    get(second.rooms.metadata("a").update(Map.of("y", 2)));
    get(second.rooms.metadata("b").set("text"));

    assertThat(get(second.rooms.metadata("a").get())).contains(json("{\"x\":1,\"y\":2}"));
    assertThat(get(second.rooms.metadata("none").get())).isEmpty();
    assertThat(get(first.rooms.allMetadata()))
        .containsOnly(Map.entry("a", json("{\"x\":1,\"y\":2}")), Map.entry("b", json("\"text\"")));
    get(first.rooms.metadata("a").remove());
    assertThat(get(second.rooms.allMetadata())).containsOnlyKeys("b");
  }

  @Test
  void metadataOfMembersOfOneRoomOnly() {
    first.rooms.exposeOwnMetadataWrites(null);
    second.rooms.exposeOwnMetadataWrites(null);
    RoomNode.Client ann = first.v1();
    RoomNode.Client bob = second.v1();
    RoomNode.Client carl = second.v1();
    ann.ask("mesh/set-my-connection-metadata", "{\"metadata\":{\"n\":\"ann\"}}");
    carl.ask("mesh/set-my-connection-metadata", "{\"metadata\":{\"n\":\"carl\"}}");
    get(first.rooms.join("a", ann.id()));
    get(first.rooms.join("a", bob.id()));

    Map<String, JsonNode> metadata = get(second.rooms.metadataOfMembers("a"));
    List<RoomMember> members = get(second.rooms.members("a"));

    assertThat(metadata).containsOnlyKeys(ann.id(), bob.id());
    assertThat(metadata.get(ann.id())).isEqualTo(json("{\"n\":\"ann\"}"));
    assertThat(metadata.get(bob.id())).isNull();
    assertThat(members)
        .containsExactlyInAnyOrder(
            new RoomMember(ann.id(), "n1", Optional.of(json("{\"n\":\"ann\"}"))),
            new RoomMember(bob.id(), twoNodes() ? "n2" : "n1", Optional.empty()));
    assertThat(get(first.rooms.metadataOfMembers("none"))).isEmpty();
  }

  @Test
  void clientsReadAndWriteTheirOwnMetadataAndReadThatOfOthers() {
    first.rooms.exposeOwnMetadataWrites(null);
    second.rooms.exposeConnectionMetadata(null);
    RoomNode.Client ann = first.v1();
    RoomNode.Client bob = second.legacy();
    String read = "{\"connectionId\":\"" + ann.id() + "\"}";

    for (String value :
        List.of("{\"a\":1}", "{\"b\":[1,2]}", "{}", "null", "\"é\"", "0", "false")) {
      ann.ask("mesh/set-my-connection-metadata", "{\"metadata\":" + value + "}");

      assertThat(ann.ask("mesh/get-my-connection-metadata", "{}").get("metadata"))
          .isEqualTo(json(value));
      assertThat(bob.ask("mesh/get-connection-metadata", read).get("metadata"))
          .isEqualTo(json(value));
    }
  }

  @Test
  void strategiesOfWriting() {
    first.rooms.exposeOwnMetadataWrites(null);
    RoomNode.Client ann = first.v1();

    assertThat(written(ann, "{\"a\":1,\"n\":{\"x\":1}}", "null"))
        .isEqualTo("{\"a\":1,\"n\":{\"x\":1}}");
    assertThat(written(ann, "{\"n\":{\"y\":2}}", "{\"strategy\":\"deepMerge\"}"))
        .isEqualTo("{\"a\":1,\"n\":{\"x\":1,\"y\":2}}");
    assertThat(written(ann, "{\"n\":{\"z\":3}}", "{\"strategy\":\"merge\"}"))
        .isEqualTo("{\"a\":1,\"n\":{\"z\":3}}");
    assertThat(written(ann, "{\"b\":2}", "{\"strategy\":\"replace\"}")).isEqualTo("{\"b\":2}");
    assertThat(written(ann, "5", "{}")).isEqualTo("5");
    assertThat(written(ann, "{\"c\":3}", "{\"strategy\":\"deepMerge\"}")).isEqualTo("{\"c\":3}");
  }

  @Test
  void metadataThatIsTooLargeIsRefusedAndTheOldOneStays() {
    first.rooms.exposeOwnMetadataWrites(null);
    RoomNode.Client ann = first.v1();
    String fits = "\"" + "x".repeat(RoomNode.MAX_METADATA_BYTES - 2) + "\"";

    assertThat(written(ann, fits, "null")).isEqualTo(fits);
    JsonNode refused =
        ann.ask(
            "mesh/set-my-connection-metadata",
            "{\"metadata\":" + fits.replace("x\"", "xy\"") + "}");

    assertThat(refused.path("code").asText()).isEqualTo("ETOOLARGE");
    assertFails(
        second.rooms.metadata("a").set("x".repeat(RoomNode.MAX_METADATA_BYTES)), "ETOOLARGE");
    assertThat(ann.ask("mesh/get-my-connection-metadata", "{}").get("metadata"))
        .isEqualTo(json(fits));
    assertThat(get(first.rooms.allMetadata())).isEmpty();
    assertThat(
            first.live.metrics().hits(Limit.METADATA_BYTES)
                + second.live.metrics().hits(Limit.METADATA_BYTES))
        .isEqualTo(twoNodes() ? 2 : 4);
  }

  private static String written(RoomNode.Client client, String value, String options) {
    JsonNode reply =
        client.ask(
            "mesh/set-my-connection-metadata",
            "{\"metadata\":" + value + ",\"options\":" + options + "}");
    assertThat(reply).isEqualTo(json("{\"success\":true}"));
    return client.ask("mesh/get-my-connection-metadata", "{}").get("metadata").toString();
  }
}
