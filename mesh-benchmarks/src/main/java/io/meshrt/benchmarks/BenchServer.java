// SPDX-License-Identifier: Apache-2.0
package io.meshrt.benchmarks;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.command.CommandOptions;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/** The server that load generators measure: binds 127.0.0.1, any path, and echoes. */
public final class BenchServer {
  private BenchServer() {}

  /**
   * Serves until the process is ended.
   *
   * @param args {@code --port N} (8080 when left out); {@code --redis URL} makes it one node of
   *     many
   */
  public static void main(String[] args) throws InterruptedException {
    int port = 8080;
    String redis = "";
    for (int i = 0; i + 1 < args.length; i += 2) {
      switch (args[i]) {
        case "--port" -> port = Integer.parseInt(args[i + 1]);
        case "--redis" -> redis = args[i + 1];
        default -> throw new IllegalArgumentException("unknown option: " + args[i]);
      }
    }
    MeshServerBuilder builder = MeshServer.builder().host("127.0.0.1").port(port);
    MeshServer server = (redis.isEmpty() ? builder : builder.redis(redis)).build();
    server.registerCommand("echo", ctx -> ctx.rawPayload(), CommandOptions.runNonBlocking());
    server.registerCommand("echo-blocking", ctx -> ctx.rawPayload());
    server.exposeRoom("r1");
    server.registerCommand(
        "pub", ctx -> toRoom(server, ctx.rawPayload()), CommandOptions.runNonBlocking());
    server.exposeChannel("r1");
    server.registerCommand(
        "pubch", ctx -> toChannel(server, ctx.rawPayload()), CommandOptions.runNonBlocking());
    server.start();
    System.out.println("ready");
    new CountDownLatch(1).await();
  }

  private static CompletionStage<?> toRoom(MeshServer server, RawJson payload) {
    return server.rooms().broadcast("r1", "msg", payload);
  }

  private static CompletionStage<?> toChannel(MeshServer server, RawJson payload) {
    return server.publishToChannel("r1", payload.toString());
  }
}
