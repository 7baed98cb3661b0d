// SPDX-License-Identifier: Apache-2.0
package io.meshrt.benchmarks;

import io.meshrt.server.MeshServer;
import io.meshrt.server.command.CommandOptions;
import java.util.concurrent.CountDownLatch;

/** The server that load generators measure: binds 127.0.0.1, any path, and echoes. */
public final class BenchServer {
  private BenchServer() {}

  /**
   * Serves until the process is ended.
   *
   * @param args {@code --port N} (8080 when left out); {@code --redis URL} is accepted and has no
   *     effect, because one node needs none
   */
  public static void main(String[] args) throws InterruptedException {
    int port = 8080;
    for (int i = 0; i + 1 < args.length; i += 2) {
      switch (args[i]) {
        case "--port" -> port = Integer.parseInt(args[i + 1]);
        case "--redis" -> {}
        default -> throw new IllegalArgumentException("unknown option: " + args[i]);
      }
    }
    MeshServer server = MeshServer.builder().host("127.0.0.1").port(port).build();
    server.registerCommand("echo", ctx -> ctx.rawPayload(), CommandOptions.runNonBlocking());
    server.registerCommand("echo-blocking", ctx -> ctx.rawPayload());
    server.start();
    System.out.println("ready");
    new CountDownLatch(1).await();
  }
}
