// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.soak;

import io.meshrt.server.MeshServer;
import java.util.concurrent.CountDownLatch;

/** A {@link Herd} in a process of its own, which commands drive: {@code <port>}. */
final class HerdProgram {
  private HerdProgram() {}

  public static void main(String[] args) throws InterruptedException {
    Herd herd = new Herd(Integer.parseInt(args[0]));
    MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build();
    server.registerCommand(
        "grow",
        context -> {
          herd.grow();
          return true;
        });
    server.registerCommand(
        "on cut",
        context -> {
          herd.onCut();
          return true;
        });
    server.registerCommand("back", context -> herd.back());
    server.registerCommand("attempts", context -> herd.attempts());
    server.registerCommand("times", context -> herd.times());
    server.start();
    System.out.println("ready " + server.port());
    new CountDownLatch(1).await();
  }
}
