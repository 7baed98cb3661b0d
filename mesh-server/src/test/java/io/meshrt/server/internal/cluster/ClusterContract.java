// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.TestWorld.TestNode;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What every contract starts from: one node, two of one cluster, or a node and a guest. */
abstract class ClusterContract {
  private TestWorld world;
  private TestNode first;
  private TestNode second;

  abstract TestWorld newWorld();

  /** Whether {@link #second} is another node than {@link #first}. */
  abstract boolean twoNodes();

  /** Whether the second is a guest. */
  boolean withGuest() {
    return false;
  }

  @BeforeEach
  final void startNodes() {
    world = newWorld();
    first = world.node("n1");
    second = withGuest() ? world.guest("g2") : twoNodes() ? world.node("n2") : first;
  }

  @AfterEach
  final void closeNodes() {
    world.close();
  }

  final TestWorld world() {
    return world;
  }

  final TestNode first() {
    return first;
  }

  final TestNode second() {
    return second;
  }

  static <T> T get(CompletableFuture<T> future) {
    return TestWorld.get(future);
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  final HeardTopic hear(TestNode node, Topic topic) {
    HeardTopic heard = new HeardTopic();
    get(node.topics().listen(topic, heard));
    return heard;
  }

  final Position publish(TestNode node, Topic topic, String text, Retention retention) {
    return get(node.topics().publish(topic, Outgoing.of(bytes(text), retention)));
  }
}
