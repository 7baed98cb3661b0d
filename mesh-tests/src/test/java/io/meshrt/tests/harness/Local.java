// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.harness;

import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.MeshClientBuilder;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.connection.Connection;
import java.time.Duration;

/** Servers and clients on this machine. */
public final class Local {
  private Local() {}

  /** A server on any free port. */
  public static MeshServerBuilder server() {
    return MeshServer.builder().host("127.0.0.1").port(0);
  }

  /** A client of a server. */
  public static MeshClientBuilder client(MeshServer server) {
    return MeshClient.builder("ws://127.0.0.1:" + server.port());
  }

  /** A client of a server, connected. */
  public static MeshClient connected(MeshServer server) throws Exception {
    return connected(client(server));
  }

  /** Builds a client and connects it. */
  public static MeshClient connected(MeshClientBuilder builder) throws Exception {
    MeshClient client = builder.build();
    try {
      Outcomes.result(client.connect());
    } catch (Exception | Error e) {
      client.close();
      throw e;
    }
    return client;
  }

  /** The server's side of a client's connection. */
  public static Connection connectionOf(MeshClient client, MeshServer server) {
    return server.connections().find(client.connectionId().orElseThrow()).orElseThrow();
  }

  /** Waits until the server has no connection. */
  public static void awaitNoConnection(MeshServer server) {
    await().atMost(Duration.ofSeconds(30)).until(() -> server.connections().count() == 0);
  }
}
