// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import static org.awaitility.Awaitility.await;

import io.meshrt.faults.TcpProxy;
import io.meshrt.testkit.ChildNode;
import java.io.UncheckedIOException;

/**
 * A node whose links can be ill-treated: those of its clients, and those to Redis. While it is dead
 * its clients get through to another one.
 */
final class ChaosNode implements AutoCloseable {
  private final TcpProxy toRedis;
  private final TcpProxy toNode;
  private final int redisPort;
  private volatile ChildNode process;

  /**
   * A node that has been started.
   *
   * @param cuttable whether its link to Redis can be cut, which costs time
   */
  ChaosNode(int redisPort, boolean cuttable) {
    toRedis = TcpProxy.plain(redisPort);
    this.redisPort = cuttable ? toRedis.port() : redisPort;
    process = start();
    toNode = TcpProxy.plain(process.port());
  }

  private ChildNode start() {
    return ChildNode.start(ChaosProgram.class, Integer.toString(redisPort));
  }

  /** Where clients connect, whatever becomes of the node. */
  String uri() {
    return "ws://127.0.0.1:" + toNode.port();
  }

  /** Between the node and its clients. */
  TcpProxy toClients() {
    return toNode;
  }

  /** Between the node and Redis. */
  TcpProxy toRedis() {
    return toRedis;
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

  /** New clients go to another node, then it drains and ends; waits for that. */
  void drain(ChaosNode refuge) {
    toNode.redirect(refuge.process.port());
    process.terminate();
  }

  /** Starts it again; clients that connect from now on come to it. */
  void startAgain() {
    process = start();
    toNode.redirect(process.port());
  }

  /** Freezes it, with all its sockets. */
  void stop() {
    process.stop();
  }

  /** Lets it go on. */
  void resume() {
    process.resume();
  }

  /**
   * Starts it again, as often as it takes while Redis does not answer, and its clients come back to
   * it.
   */
  void restart() {
    await()
        .atMost(ChaosWorld.PATIENCE)
        .ignoreException(UncheckedIOException.class)
        .until(
            () -> {
              process = start();
              return true;
            });
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
