// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import static org.awaitility.Awaitility.await;

import io.meshrt.faults.RedisServer;
import io.meshrt.faults.TcpProxy;

/**
 * A Redis that loses what it acknowledged when it is told to, and another one that can take its
 * place.
 */
final class RedisPair implements AutoCloseable {
  private RedisServer current = server();
  private RedisServer other = server();
  private TcpProxy replication = TcpProxy.plain(current.port());

  private static RedisServer server() {
    return RedisServer.started(
        "appendonly", "yes", "appendfsync", "always", "auto-aof-rewrite-percentage", "0");
  }

  RedisServer current() {
    return current;
  }

  /** How much is written now; what comes after it can be {@link #forget forgotten}. */
  long written() {
    awaitInfo(current, "aof_rewrite_in_progress:0");
    return current.written();
  }

  /** Kills it, and starts it without what was written since. */
  void forget(long written) {
    current.kill();
    current.forget(written);
    current.start();
  }

  /** Kills it, and starts it empty. */
  void wipe() {
    current.kill();
    current.wipe();
    current.start();
  }

  /** Begins to make the other one a replica, which has what there is when this is done. */
  void replicate() {
    replication.close();
    replication = TcpProxy.plain(current.port());
    other.command("REPLICAOF", "127.0.0.1", "" + replication.port());
    awaitInfo(other, "master_link_status:up");
  }

  /** From now on the replica lags. */
  void lag() {
    replication.freeze();
  }

  /** Kills this one, and the replica takes its place; nodes have to be moved there. */
  void promote() {
    current.kill();
    other.command("REPLICAOF", "NO", "ONE");
    RedisServer promoted = other;
    other = current;
    current = promoted;
    other.start();
  }

  private static void awaitInfo(RedisServer server, String line) {
    await().atMost(ChaosWorld.PATIENCE).until(() -> server.command("INFO").contains(line));
  }

  @Override
  public void close() {
    replication.close();
    current.close();
    other.close();
  }
}
