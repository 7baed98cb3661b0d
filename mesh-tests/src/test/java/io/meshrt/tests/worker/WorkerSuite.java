// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.worker;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.worker.MeshWorker;
import io.meshrt.server.worker.MeshWorkerBuilder;
import io.meshrt.tests.harness.Local;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Servers, clients and workers for one test. */
abstract class WorkerSuite {
  private final List<MeshServer> servers = new ArrayList<>();
  private final List<MeshClient> clients = new ArrayList<>();
  private final List<MeshWorker> workers = new ArrayList<>();
  private World world;

  abstract World world();

  /** Says what is forwarded; before the start. */
  void forward(MeshServer server) {
    server.forward("quick").withTimeout(Duration.ofSeconds(5)).toGroup("shop");
    server.forward(Pattern.compile("shop\\..*")).toGroup("shop");
    server.forwardConnections().toGroup("shop");
  }

  @BeforeEach
  final void start() {
    world = world();
    for (int i = 0; i < world.nodes(); i++) {
      MeshServer server = world.server();
      servers.add(server);
      forward(server);
      server.start();
    }
  }

  @AfterEach
  final void close() {
    workers.forEach(MeshWorker::close);
    clients.forEach(MeshClient::close);
    servers.forEach(MeshServer::close);
  }

  final MeshServer server(int number) {
    return servers.get(number % servers.size());
  }

  final MeshClient client(int node) throws Exception {
    return keep(Local.connected(server(node)));
  }

  final MeshClient client(int node, String identity) throws Exception {
    return keep(
        Local.connected(
            Local.client(server(node))
                .header("Authorization", "Bearer " + identity)
                .header("X-Device", "phone")));
  }

  private MeshClient keep(MeshClient client) {
    clients.add(client);
    return client;
  }

  /** A worker of the group {@code shop}, started. */
  final MeshWorker worker(UnaryOperator<MeshWorkerBuilder> options) {
    return worker("shop", options);
  }

  final MeshWorker worker(String group, UnaryOperator<MeshWorkerBuilder> options) {
    MeshWorker worker = options.apply(world.workers().get().group(group)).start();
    workers.add(worker);
    return worker;
  }

  static String id(MeshClient client) {
    return client.connectionId().orElseThrow();
  }
}
