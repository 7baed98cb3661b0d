// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;

/**
 * A server and a client in one program, in memory: one command asked, one answered, and the end.
 */
public final class Quickstart {
  private Quickstart() {}

  /** Runs the conversation on a free port. */
  public static void main(String[] args) {
    // snippet: quickstart
    try (MeshServer server = MeshServer.builder().port(0).build()) {
      server.registerCommand("echo", ctx -> "echo: " + ctx.payload(String.class));
      server.start();

      try (MeshClient client = MeshClient.builder("ws://localhost:" + server.port()).build()) {
        client.connect().join();
        String reply = client.command("echo", "Hello!", String.class).join();
        System.out.println(reply); // echo: Hello!
      }
    }
    // end
  }
}
