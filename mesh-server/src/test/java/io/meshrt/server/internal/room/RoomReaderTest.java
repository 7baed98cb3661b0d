// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import static io.meshrt.server.internal.cluster.TestWorld.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.internal.roster.ConnectionGroups;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the cluster is asked, and how often. */
class RoomReaderTest {
  private final InMemoryTestWorld world = new InMemoryTestWorld();
  private final TestWorld.TestNode node = world.node("n1");
  private final List<String> asked = new ArrayList<>();
  private final RoomReader reader = new RoomReader(counted(node.members()));

  @AfterEach
  void closeNodes() {
    world.close();
  }

  @Test
  void membersWithMetadataCostAtMost17Requests() {
    for (int i = 0; i < 200; i++) {
      connect("n1-" + i, i % 2 == 0 ? "{\"i\":" + i + "}" : null);
      enter("room", "n1-" + i);
    }

    Map<String, RoomReader.Present> present =
        get(reader.present("room")).stream()
            .collect(Collectors.toMap(RoomReader.Present::id, member -> member));

    assertThat(asked).hasSizeLessThanOrEqualTo(17);
    assertThat(present).hasSize(200);
    assertThat(present.get("n1-4").metadata()).isEqualTo(RawJson.parse("{\"i\":4}"));
    assertThat(present.get("n1-5").metadata()).isNull();
  }

  @Test
  void anEmptyRoomCostsOne() {
    assertThat(get(reader.present("room"))).isEmpty();
    assertThat(asked).hasSize(1);
  }

  @Test
  void aMemberThatIsNoConnectionAnyMoreHasNoMetadata() {
    enter("room", "n1-gone");

    assertThat(get(reader.present("room")))
        .singleElement()
        .satisfies(member -> assertThat(member.metadata()).isNull());
  }

  @Test
  void groupsOfOtherKindsAreNoRooms() {
    connect("n1-1", null);
    enter("room", "n1-1");
    get(node.members().join(new Topic("other", "thing"), "n1-1", null));

    assertThat(get(reader.rooms())).containsExactly("room");
  }

  private void connect(String id, String metadata) {
    byte[] value = metadata == null ? null : metadata.getBytes(UTF_8);
    get(node.members().join(ConnectionGroups.of(id), id, value));
  }

  private void enter(String room, String id) {
    get(node.members().join(RoomMirror.group(room), id, null));
  }

  private Members counted(Members members) {
    return (Members)
        Proxy.newProxyInstance(
            Members.class.getClassLoader(),
            new Class<?>[] {Members.class},
            (proxy, method, arguments) -> {
              asked.add(method.getName());
              return method.invoke(members, arguments);
            });
  }
}
