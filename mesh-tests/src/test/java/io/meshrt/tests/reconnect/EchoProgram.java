// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.reconnect;

import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.HeartbeatOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A server in a process of its own, which pings every 2 s. */
final class EchoProgram {
  private EchoProgram() {}

  public static void main(String[] args) throws InterruptedException {
    MeshServer server =
        MeshServer.builder()
            .host("127.0.0.1")
            .port(0)
            .heartbeat(new HeartbeatOptions(Duration.ofSeconds(2), Duration.ofHours(1), 2))
            .build();
    server.registerCommand("echo", ctx -> ctx.rawPayload());
    server.start();
    System.out.println("ready " + server.port());
    new CountDownLatch(1).await();
  }
}
