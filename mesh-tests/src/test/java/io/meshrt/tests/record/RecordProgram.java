// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.record;

import io.meshrt.server.ClusterOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.connection.HeartbeatOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

/** A node with open records in a process of its own: {@code <redis uri> <prefix>}. */
final class RecordProgram {
  private static final ClusterOptions LEASES =
      new ClusterOptions(Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(1));

  private RecordProgram() {}

  public static void main(String[] args) throws InterruptedException {
    MeshServer server = server(RedisOptions.of(args[0]).withPrefix(args[1]));
    server.start();
    System.out.println("ready " + server.port());
    new CountDownLatch(1).await();
  }

  /** The same within this process, not started. */
  static MeshServer server(RedisOptions redis) {
    MeshServerBuilder builder =
        MeshServer.builder()
            .host("127.0.0.1")
            .port(0)
            .redis(redis)
            .cluster(LEASES)
            .heartbeat(new HeartbeatOptions(Duration.ofHours(1), Duration.ofHours(1), 1));
    MeshServer server = builder.build();
    server.exposeRecord(Pattern.compile(".*"));
    server.exposeWritableRecord(Pattern.compile(".*"));
    return server;
  }
}
