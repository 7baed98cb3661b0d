// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.server.ClusterOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.presence.PresenceOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** The snippets of the pages about rooms, presence and clusters; they run in the tests. */
public final class ClusterGuide {
  private ClusterGuide() {}

  /** A server that is one node of many. */
  public static MeshServerBuilder oneOfMany(String redisUri) {
    // snippet: redis
    RedisOptions redis =
        RedisOptions.of(redisUri) // or of(config), ofYaml(text): sentinels, a Redis cluster
            .withPrefix("shop")
            .withConnectTimeout(Duration.ofSeconds(2))
            .withRetryDelay(Duration.ofSeconds(1))
            .withStartup(RedisOptions.Startup.WAIT);
    MeshServerBuilder builder =
        MeshServer.builder().port(0).redis(redis).cluster(ClusterOptions.defaults());
    // end
    return builder;
  }

  /** Lets clients into rooms. */
  public static void exposeRooms(MeshServer server) {
    // snippet: expose
    server.exposeRoom("lobby");
    server.exposeRoom(
        Pattern.compile("team:[a-z]+"), (connection, room) -> connection.identity().isPresent());
    server.exposeRoomMetadata(Pattern.compile("lobby"), (connection, room) -> true);
    server.exposeOwnMetadataWrites((connection, id) -> connection.identity().isPresent());
    // end
  }

  /** Uses a room. */
  public static CompletableFuture<?> useRoom(MeshServer server, Connection connection) {
    // snippet: rooms
    return server
        .rooms()
        .join("lobby", connection)
        .thenCompose(joined -> server.rooms().metadata("lobby").update(Map.of("topic", "tea")))
        .thenCompose(
            done -> server.rooms().broadcast("lobby", "joined", connection.id(), connection.id()))
        .thenCompose(done -> server.rooms().memberIds("lobby"));
    // end
  }

  /** Reaches connections wherever they are. */
  public static CompletableFuture<?> reachOthers(MeshServer server, List<String> ids) {
    // snippet: reach
    return server
        .connections()
        .send(ids, "news", "to some")
        .thenCompose(done -> server.connections().sendToIdentity("ann", "news", "to all of Ann's"))
        .thenCompose(done -> server.connections().broadcast("news", "to everyone"))
        .thenCompose(done -> server.connections().metadata(ids.get(0)).set(Map.of("vip", true)))
        .thenCompose(
            done ->
                server
                    .connections()
                    .disconnectWhere(
                        metadata -> metadata != null && metadata.path("banned").asBoolean(),
                        4503,
                        "banned"));
    // end
  }

  /** Tracks who is present. */
  public static void trackPresence(MeshServer server) {
    // snippet: presence
    server.trackPresence("lobby");
    server.trackPresence(
        Pattern.compile("team:.+"),
        PresenceOptions.defaults()
            .withGuard((connection, room) -> connection.identity().isPresent())
            .withTimeToLive(Duration.ofSeconds(90)));
    // end
  }

  /** Asks who is present, and speaks for a member. */
  public static CompletableFuture<?> usePresence(MeshServer server, String connectionId) {
    // snippet: states
    return server
        .presence()
        .publishState("lobby", connectionId, Map.of("busy", true), Duration.ofMinutes(5))
        .thenCompose(published -> server.presence().clearState("lobby", connectionId))
        .thenCompose(cleared -> server.presence().members("lobby")); // with states
    // end
  }
}
