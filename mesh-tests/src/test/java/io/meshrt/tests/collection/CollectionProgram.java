// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.collection;

import io.meshrt.server.ClusterOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.connection.HeartbeatOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A node with a collection in a process of its own: {@code <redis uri> <prefix>}. */
final class CollectionProgram {
  private static final ClusterOptions LEASES =
      new ClusterOptions(Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(1));

  private CollectionProgram() {}

  public static void main(String[] args) throws InterruptedException {
    MeshServer server = server(RedisOptions.of(args[0]).withPrefix(args[1]));
    server.start();
    System.out.println("ready " + server.port());
    new CountDownLatch(1).await();
  }

  /** The same within this process, not started. */
  static MeshServer server(RedisOptions redis) {
    MeshServer server =
        MeshServer.builder()
            .host("127.0.0.1")
            .port(0)
            .redis(redis)
            .cluster(LEASES)
            .heartbeat(new HeartbeatOptions(Duration.ofHours(1), Duration.ofHours(1), 1))
            .build();
    server.exposeCollection("tasks", CollectionQuery.of("task:"));
    return server;
  }
}
