// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.room;

import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.tests.harness.Local;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

/** A node that remembers rooms, in a JVM of its own: the URI of Redis and the prefix are told. */
final class RoomProgram {
  private RoomProgram() {}

  public static void main(String[] args) throws InterruptedException {
    MeshServer server = server(args[0], args[1]);
    server.start();
    System.out.println("ready " + server.port());
    new CountDownLatch(1).await();
  }

  static MeshServer server(String redis, String prefix) {
    MeshServer server =
        Local.server()
            .redis(RedisOptions.of(redis).withPrefix(prefix))
            .authentication(
                request ->
                    request
                        .bearerToken()
                        .map(name -> Authentication.accept(Identity.of(name)))
                        .orElse(Authentication.anonymous()))
            .build();
    server.persistentRooms(Pattern.compile("r.*"));
    server.exposeRoom(Pattern.compile("r.*"));
    server.exposeRoomMessages(Pattern.compile("r.*"));
    return server;
  }
}
