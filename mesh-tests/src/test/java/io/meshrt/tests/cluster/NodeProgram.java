// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import io.meshrt.server.ClusterOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.presence.PresenceOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

/** A node with open rooms in a process of its own: {@code <redis uri> <prefix>}. */
final class NodeProgram {
  private NodeProgram() {}

  public static void main(String[] args) throws InterruptedException {
    MeshServer server = server(args[0], args[1], Integer.parseInt(args[2]));
    server.start();
    System.out.println("ready " + server.port());
    new CountDownLatch(1).await();
  }

  /** The same within this process, not started. */
  static MeshServer server(String redis, String prefix, int leaseSeconds) {
    Duration second = Duration.ofSeconds(1);
    MeshServerBuilder builder =
        MeshServer.builder()
            .host("127.0.0.1")
            .port(0)
            .redis(RedisOptions.of(redis).withPrefix(prefix))
            .cluster(new ClusterOptions(Duration.ofSeconds(leaseSeconds), second, second))
            .heartbeat(new HeartbeatOptions(Duration.ofHours(1), Duration.ofHours(1), 1));
    MeshServer server = builder.build();
    server.exposeRoom(Pattern.compile(".*"));
    server.trackPresence(Pattern.compile(".*"), PresenceOptions.defaults());
    return server;
  }
}
