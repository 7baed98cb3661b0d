// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.soak;

import io.meshrt.server.MeshServer;
import java.util.concurrent.CountDownLatch;

/** A server in a process of its own, with a {@link Crossing} in front that clients command. */
final class StormProgram {
  private StormProgram() {}

  public static void main(String[] args) throws InterruptedException {
    MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build();
    server.registerCommand("echo", context -> context.rawPayload());
    server.registerCommand("connections", context -> server.connections().count());
    server.start();
    Crossing crossing = Crossing.to(server.port());
    server.registerCommand("crossing", context -> crossing.port());
    server.registerCommand("cut", context -> done(crossing::cut));
    server.registerCommand("refuse", context -> done(crossing::refuse));
    server.registerCommand("admit", context -> done(crossing::admit));
    System.out.println("ready " + server.port());
    new CountDownLatch(1).await();
  }

  private static boolean done(Runnable task) {
    task.run();
    return true;
  }
}
