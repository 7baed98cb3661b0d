// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit;

import io.meshrt.faults.RedisServer;
import io.meshrt.faults.TcpProxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What may go wrong with one cluster: links of clients, links to Redis, and that Redis. */
final class Faults implements AutoCloseable {
  private final @Nullable RedisServer redis;
  private final List<TcpProxy> redisLinks = new ArrayList<>();
  private final List<TcpProxy> links = new ArrayList<>();

  private Faults(@Nullable RedisServer redis) {
    this.redis = redis;
  }

  static Faults inMemory() {
    return new Faults(null);
  }

  /** With a Redis that keeps what it acknowledged, and a link of each node to it. */
  static Faults withRedis(int nodes) {
    RedisServer redis = RedisServer.started("appendonly", "yes", "appendfsync", "always");
    Faults faults = new Faults(redis);
    for (int number = 0; number < nodes; number++) {
      faults.redisLinks.add(TcpProxy.to(redis.port()));
    }
    return faults;
  }

  /** Begins to stand between clients and the servers. */
  void linkClients(MeshCluster cluster) {
    cluster.nodes().forEach(node -> links.add(TcpProxy.plain(node.port())));
  }

  /** Ends what holds servers and clients up that want to end. */
  void heal() {
    links.forEach(TcpProxy::heal);
    redisLinks.forEach(TcpProxy::heal);
  }

  TcpProxy link(int node) {
    return links.get(node % links.size());
  }

  TcpProxy redisLink(int node) {
    if (redisLinks.isEmpty()) {
      throw new IllegalStateException("there is no Redis: call redis() on the extension");
    }
    return redisLinks.get(node % redisLinks.size());
  }

  RedisServer redis() {
    if (redis == null) {
      throw new IllegalStateException("there is no Redis: call redis() on the extension");
    }
    return redis;
  }

  @Override
  public void close() {
    links.forEach(TcpProxy::close);
    redisLinks.forEach(TcpProxy::close);
    if (redis != null) {
      redis.close();
    }
  }
}
