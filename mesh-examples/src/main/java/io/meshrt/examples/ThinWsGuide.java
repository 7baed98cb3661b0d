// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.server.MeshServer;
import io.meshrt.server.room.RoomSendPolicy;
import io.meshrt.server.thinws.ThinWsOptions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** The snippets of the page about ThinWS's clients. */
public final class ThinWsGuide {
  private ThinWsGuide() {}

  /** A server, not started, whose rooms are as open as those of ThinWS. */
  public static MeshServer endpoint(int port) {
    // snippet: endpoint
    Pattern rooms = Pattern.compile("room[0-9]+");
    MeshServer server = MeshServer.builder().port(port).thinWs("/thinws").build();
    server.exposeRoom(rooms);
    server.persistentRooms(rooms);
    server.exposeRoomMessages(rooms, RoomSendPolicy.open());
    return server;
    // end
  }

  /** Believes those that are known. */
  public static ThinWsOptions believing(Set<String> known) {
    // snippet: resolver
    return ThinWsOptions.defaults()
        .withResolver(
            (connectionId, connection) ->
                CompletableFuture.completedFuture(
                    Optional.of(connectionId).filter(known::contains)));
    // end
  }
}
