// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.room.RoomSendPolicy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The snippets about rooms that are remembered and messages to rooms; they run in the tests. */
public final class RoomGuide {
  private RoomGuide() {}

  /** Says which rooms are remembered, and who may send where. */
  public static void expose(MeshServer server) {
    // snippet: expose
    Pattern games = Pattern.compile("game:[a-z]+");
    server.exposeRoom(games, (connection, room) -> !room.equals("game:closed"));
    server.persistentRooms(games);
    server.exposeRoomMessages(games);
    server.exposeRoomMessages(Pattern.compile("suggestions"), RoomSendPolicy.open());
    // end
  }

  /** Makes somebody a member who need not be there. */
  public static CompletableFuture<Boolean> invite(MeshServer server) {
    // snippet: invite
    return server
        .rooms()
        .addMember("game:chess", "ann")
        .thenCompose(added -> server.rooms().removeMember("game:go", "ann"));
    // end
  }

  /** Joins, to be remembered, and says hello. */
  public static CompletableFuture<String> play(MeshClient client, Consumer<String> show) {
    // snippet: play
    client
        .rooms()
        .onMessage(
            message ->
                show.accept(message.fromIdentity().orElse("somebody") + " " + message.payload()));
    return client
        .rooms()
        .joinPersistent("game:chess")
        .thenCompose(members -> client.rooms().send("game:chess", Map.of("move", "e4")));
    // end
  }
}
