// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import io.meshrt.faults.TcpProxy;
import io.meshrt.testkit.ChildNode;

/**
 * A node whose links can be cut: those of its clients, and those to Redis. While it is dead its
 * clients get through to another one.
 */
final class ChaosNode implements AutoCloseable {
  private final TcpProxy toRedis;
  private final TcpProxy toNode;
  private ChildNode process;

  ChaosNode(int redisPort) {
    toRedis = TcpProxy.plain(redisPort);
    process = start();
    toNode = TcpProxy.plain(process.port());
  }

  private ChildNode start() {
    return ChildNode.start(ChaosProgram.class, Integer.toString(toRedis.port()));
  }

  /** Where clients connect, whatever becomes of the node. */
  String uri() {
    return "ws://127.0.0.1:" + toNode.port();
  }

  void cutClients() {
    toNode.cut();
  }

  void cutRedis() {
    toRedis.cut();
  }

  /** Another Redis from now on. */
  void moveTo(int redisPort) {
    toRedis.redirect(redisPort);
    toRedis.cut();
  }

  /** Kills it; its clients go to another node. */
  void kill(ChaosNode refuge) {
    toNode.redirect(refuge.process.port());
    process.kill();
  }

  /** Starts it again, and its clients come back to it. */
  void restart() {
    process = start();
    toNode.redirect(process.port());
    toNode.cut();
  }

  @Override
  public void close() {
    toNode.close();
    process.close();
    toRedis.close();
  }
}
