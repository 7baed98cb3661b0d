// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.worker;

import io.meshrt.server.ClusterOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.tests.harness.Local;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A server that forwards, in a process of its own: {@code <redis uri> <prefix>}. */
final class ServerProgram {
  private static final ClusterOptions LEASES =
      new ClusterOptions(Duration.ofSeconds(12), Duration.ofSeconds(2), Duration.ofSeconds(2));

  private ServerProgram() {}

  public static void main(String[] args) throws InterruptedException {
    MeshServer server = server(args[0], args[1]);
    server.start();
    System.out.println("ready " + server.port());
    new CountDownLatch(1).await();
  }

  /** The same within this process, not started. */
  static MeshServer server(String redis, String prefix) {
    MeshServer server =
        Local.server()
            .redis(RedisOptions.of(redis).withPrefix(prefix))
            .cluster(LEASES)
            .heartbeat(new HeartbeatOptions(Duration.ofHours(1), Duration.ofHours(1), 1))
            .build();
    server.forwardConnections().toGroup("shop");
    return server;
  }
}
