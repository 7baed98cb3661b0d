// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.Registration;
import io.meshrt.tests.harness.LegacySocket;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What older servers of the family let everybody do, and what ours let everybody do if told so. */
class OpenDefaultsIT {
  private static final Map<String, ?> LOBBY = Map.of("roomName", "lobby");
  private static final Map<String, ?> NAME = Map.of("metadata", Map.of("name", "Ann"));

  @Test
  void everythingIsRefusedUnlessTold() throws Exception {
    try (MeshServer server = started(Local.server());
        LegacySocket ann = LegacySocket.open(server.port());
        LegacySocket bob = LegacySocket.open(server.port())) {
      assertRefused(ann.ask("rt/join-room", LOBBY));
      assertSuccess(ann.ask("rt/leave-room", LOBBY));
      assertRefused(ann.ask("rt/get-room-metadata", LOBBY));
      assertRefused(bob.ask("rt/get-connection-metadata", idOf(ann)));
      assertThat(ann.ask("rt/set-my-connection-metadata", NAME).toString())
          .isEqualTo("{\"success\":false}");
    }
  }

  @Test
  void everythingIsAllowedWithOpenDefaults() throws Exception {
    try (MeshServer server = started(Local.server().openDefaults());
        LegacySocket ann = LegacySocket.open(server.port());
        LegacySocket bob = LegacySocket.open(server.port())) {
      assertSuccess(ann.ask("rt/set-my-connection-metadata", NAME));
      assertSuccess(ann.ask("rt/join-room", LOBBY));
      assertThat(ann.ask("rt/get-room-metadata", LOBBY).at("/metadata/topic").asText())
          .isEqualTo("tea");
      assertThat(bob.ask("rt/get-connection-metadata", idOf(ann)).at("/metadata/name").asText())
          .isEqualTo("Ann");
      assertThat(bob.ask("mesh/join-room", LOBBY).get("present")).hasSize(2);
      assertSuccess(bob.ask("mesh/leave-room", LOBBY));
      assertSuccess(bob.ask("mesh/leave-room", LOBBY));
    }
  }

  @Test
  void channelsRecordsAndPresenceStayClosed() throws Exception {
    try (MeshServer server = started(Local.server().openDefaults());
        LegacySocket client = LegacySocket.open(server.port())) {
      assertThat(client.ask("rt/subscribe-channel", Map.of("channel", "news")).toString())
          .isEqualTo("{\"success\":false,\"history\":[]}");
      assertThat(client.ask("rt/subscribe-record", Map.of("recordId", "doc")).toString())
          .isEqualTo("{\"success\":false}");
      assertThat(client.ask("rt/subscribe-presence", LOBBY).toString())
          .isEqualTo("{\"success\":false,\"present\":[]}");
      server.trackPresence("lobby");
      assertSuccess(client.ask("rt/subscribe-presence", LOBBY));
    }
  }

  @Test
  void guardsRefuseAllTheSame() throws Exception {
    try (MeshServer server = started(Local.server().openDefaults());
        LegacySocket ann = LegacySocket.open(server.port());
        LegacySocket bob = LegacySocket.open(server.port())) {
      server.exposeRoom("lobby", (connection, room) -> false);
      server.exposeRoomMetadata(Pattern.compile("lob.+"), (connection, room) -> false);
      server.exposeConnectionMetadata((connection, id) -> false);
      Registration nobodyWrites = server.exposeOwnMetadataWrites((connection, id) -> false);

      assertRefused(ann.ask("rt/join-room", LOBBY));
      assertSuccess(ann.ask("rt/join-room", Map.of("roomName", "garden")));
      assertRefused(ann.ask("rt/get-room-metadata", LOBBY));
      assertRefused(bob.ask("rt/get-connection-metadata", idOf(ann)));
      assertThat(ann.ask("rt/set-my-connection-metadata", NAME).get("success").asBoolean())
          .isFalse();
      nobodyWrites.close();
      assertSuccess(ann.ask("rt/set-my-connection-metadata", NAME));
    }
  }

  private static MeshServer started(MeshServerBuilder builder) throws Exception {
    MeshServer server = builder.build();
    server.start();
    Outcomes.result(server.rooms().metadata("lobby").set(Map.of("topic", "tea")));
    return server;
  }

  private static Map<String, ?> idOf(LegacySocket socket) {
    return Map.of("connectionId", socket.connectionId());
  }

  private static void assertRefused(JsonNode reply) {
    assertThat(reply.path("code").asText()).as("%s", reply).isEqualTo("EACCESS");
    assertThat(reply.path("name").asText()).isEqualTo("PermissionError");
  }

  private static void assertSuccess(JsonNode reply) {
    assertThat(reply.path("success").asBoolean()).as("%s", reply).isTrue();
  }
}
