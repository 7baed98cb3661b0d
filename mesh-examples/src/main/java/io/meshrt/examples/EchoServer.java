// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.server.GracefulExit;
import io.meshrt.server.MeshServer;
import io.meshrt.server.command.CommandOptions;
import java.time.Duration;

/** A server for {@link EchoClient}, or for any other client, until the program is ended. */
public final class EchoServer {
  private EchoServer() {}

  /**
   * Serves on 127.0.0.1.
   *
   * @param args the port, 8080 when left out
   */
  public static void main(String[] args) throws InterruptedException {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 8080;
    MeshServer server = MeshServer.builder().host("127.0.0.1").port(port).build();
    server.registerCommand("echo", ctx -> ctx.rawPayload(), CommandOptions.runNonBlocking());
    server.registerCommand("whoami", ctx -> ctx.connection().id());
    server.onConnect(connection -> System.out.println("hello " + connection.id()));
    server.onDisconnect(
        (connection, code, reason) -> System.out.println("bye " + connection.id() + ": " + code));

    server.start();
    System.out.println("listening on ws://127.0.0.1:" + server.port());

    GracefulExit.of(server).drain(Duration.ofSeconds(10)).await();
  }
}
