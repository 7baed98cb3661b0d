// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.presence.PresenceOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What every contract of presence starts from: a tracked room, on one node or two. */
abstract class PresenceContract {
  static final String ROOM = "room:a";
  static final String IN_ROOM = "{\"roomName\":\"room:a\"}";

  private TestWorld world;
  private PresenceNode first;
  private PresenceNode second;

  abstract TestWorld newWorld();

  /** Whether {@link #second} is another node than {@link #first}. */
  abstract boolean twoNodes();

  LeaseOptions leases() {
    return LeaseOptions.defaults();
  }

  PresenceFeature.Settings settings() {
    return PresenceFeature.Settings.defaults();
  }

  @BeforeEach
  final void startNodes() {
    world = newWorld();
    first = new PresenceNode(world.node("n1", leases()), settings());
    second = twoNodes() ? new PresenceNode(world.node("n2", leases()), settings()) : first;
    track(PresenceOptions.defaults());
  }

  @AfterEach
  final void closeNodes() {
    first.node().timers().wake();
    second.node().timers().wake();
    world.close();
    first.close();
    second.close();
  }

  final PresenceNode first() {
    return first;
  }

  final PresenceNode second() {
    return second;
  }

  final TestWorld world() {
    return world;
  }

  /** Tracks the room on both nodes. */
  final void track(PresenceOptions options) {
    first.presence.track(ROOM, options);
    second.presence.track(ROOM, options);
  }

  static <T> T get(CompletableFuture<T> future) {
    return TestWorld.get(future);
  }

  /** A v1 client of a node that subscribed to the room. */
  static LivePeer subscribed(PresenceNode node) {
    LivePeer peer = node.v1();
    peer.ask("mesh/subscribe-presence", IN_ROOM);
    return peer;
  }

  /** A v1 client of a node that is in the room. */
  static LivePeer member(PresenceNode node) {
    LivePeer peer = node.v1();
    node.join(peer, ROOM);
    return peer;
  }

  /** Publishes a state. */
  static String publish(LivePeer peer, String state, String more) {
    return peer.ask(
        "mesh/publish-presence-state", "{\"roomName\":\"room:a\",\"state\":" + state + more + "}");
  }

  static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }
}
