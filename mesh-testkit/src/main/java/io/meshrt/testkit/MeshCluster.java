// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit;

import io.meshrt.client.MeshClient;
import io.meshrt.client.MeshClientBuilder;
import io.meshrt.server.InMemoryNetwork;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.RedisOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Some servers of one JVM that behave as one, and clients of theirs: in memory or through a Redis.
 * Each listens on a free port of this machine. Closing ends all clients and servers.
 */
public final class MeshCluster implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;

  private final List<MeshServer> nodes = new ArrayList<>();
  private final List<MeshClient> clients = new ArrayList<>();

  private MeshCluster() {}

  /**
   * Servers that share memory, started.
   *
   * @param options are applied to the builder of each
   * @param setUp registers commands and exposures with each, before it starts
   */
  public static MeshCluster inMemory(
      int nodes, UnaryOperator<MeshServerBuilder> options, Consumer<MeshServer> setUp) {
    return inMemory(nodes, new InMemoryNetwork(), options, setUp);
  }

  /** The same in a network that others can meet them in, such as dispatchers. */
  public static MeshCluster inMemory(
      int nodes,
      InMemoryNetwork network,
      UnaryOperator<MeshServerBuilder> options,
      Consumer<MeshServer> setUp) {
    return start(nodes, (number, builder) -> options.apply(builder).inMemory(network), setUp);
  }

  /** Servers that share a Redis, started; otherwise as {@link #inMemory}. */
  public static MeshCluster redis(
      int nodes,
      RedisOptions redis,
      UnaryOperator<MeshServerBuilder> options,
      Consumer<MeshServer> setUp) {
    return start(nodes, (number, builder) -> options.apply(builder).redis(redis), setUp);
  }

  /** Options that may differ from node to node. */
  @FunctionalInterface
  interface NodeOptions {
    MeshServerBuilder apply(int number, MeshServerBuilder builder);
  }

  static MeshCluster start(int nodes, NodeOptions options, Consumer<MeshServer> setUp) {
    MeshCluster cluster = new MeshCluster();
    try {
      for (int i = 0; i < nodes; i++) {
        MeshServer node = options.apply(i, MeshServer.builder().host("127.0.0.1").port(0)).build();
        cluster.nodes.add(node);
        setUp.accept(node);
        node.start();
      }
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** The servers. */
  public List<MeshServer> nodes() {
    return List.copyOf(nodes);
  }

  /** A server; numbers beyond the last begin at the first again. */
  public MeshServer node(int number) {
    return nodes.get(number % nodes.size());
  }

  /** A client of {@link #node}, connected. */
  public MeshClient client(int node) throws Exception {
    return client(node, builder -> builder);
  }

  /** As {@link #client(int)}, with options. */
  public MeshClient client(int node, UnaryOperator<MeshClientBuilder> options) throws Exception {
    return clientOf(node(node).port(), options);
  }

  /** A client of whatever listens on a port of this machine, connected. */
  MeshClient clientOf(int port, UnaryOperator<MeshClientBuilder> options) throws Exception {
    MeshClient client = options.apply(MeshClient.builder("ws://127.0.0.1:" + port)).build();
    clients.add(client);
    client.connect().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return client;
  }

  @Override
  public void close() {
    clients.forEach(MeshClient::close);
    nodes.forEach(MeshServer::close);
  }
}
